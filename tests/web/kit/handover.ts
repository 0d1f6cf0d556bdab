import assert from 'node:assert/strict';
import type { ChatSide, DeskSide } from './sides.ts';

export type Stage = Readonly<{
  chat: ChatSide;
  desk: DeskSide;
  /** Kills every program that serves the pages, and starts them again once `meanwhile` is done. */
  outage: (meanwhile: () => Promise<void>) => Promise<void>;
  /** Called at moments worth a look. */
  look?: (moment: 'empty' | 'waiting' | 'handed over' | 'outage' | 'back') => Promise<void>;
}>;

/**
 * The whole story: the customer writes, the virtual agent asks and hands over, the live agent reads all of it and
 * answers, everything is killed in the middle of it, and the virtual agent takes over again.
 */
export async function playHandover({ chat, desk, outage, look = async () => {} }: Stage): Promise<void> {
  await look('empty');
  await chat.say('Hi');
  await chat.sees('What is your name?');
  await chat.say('Ada');
  await chat.sees('What can we do for you?');
  await chat.say('My wifi is down');
  await chat.sees('Thank you. One moment, a colleague takes over.');
  await look('waiting');

  await desk.choose('Ada');
  assert.deepEqual(await desk.before(), [
    ['Customer', 'Hi'],
    ['Virtual agent', 'Hello! I am the virtual agent here.'],
    ['Virtual agent', 'What is your name?'],
    ['Customer', 'Ada'],
    ['Virtual agent', 'What can we do for you?'],
    ['Customer', 'My wifi is down'],
    ['Virtual agent', 'Thank you. One moment, a colleague takes over.'],
  ]);
  await desk.say('Hello Ada, this is Robin. Which lights are on?');
  await chat.sees('Hello Ada, this is Robin. Which lights are on?');
  await chat.notes('Robin joined');
  await desk.ticks('Read');
  await chat.say('Only the red one.');
  await desk.sees('Only the red one.');
  await look('handed over');

  await outage(async () => {
    await chat.notes('Connection lost, trying again…');
    await chat.say('Are you still there?');
    await chat.say('Hello?');
    await desk.root.getByText('Connection lost, trying again…').first().waitFor();
    await look('outage');
  });
  await desk.sees('Hello?');
  await desk.say('Yes, I am. Please start it anew.');
  await chat.sees('Yes, I am. Please start it anew.');
  await chat.say('It works!');
  const talk = ['Only the red one.', 'Are you still there?', 'Hello?', 'Yes, I am. Please start it anew.', 'It works!'];
  await desk.shows(['Hello Ada, this is Robin. Which lights are on?', ...talk]);
  await desk.ticks('Read');

  await desk.handBack();
  await chat.sees('I am back. Is all well now?');
  await chat.notes('Robin left the conversation');
  await look('back');
  await chat.say('yes');
  await chat.sees('Thank you, and goodbye!');
  await chat.notes('This conversation has ended');
  await chat.shows([
    ...['Hi', 'Hello! I am the virtual agent here.', 'What is your name?', 'Ada', 'What can we do for you?'],
    ...['My wifi is down', 'Thank you. One moment, a colleague takes over.'],
    ...['Hello Ada, this is Robin. Which lights are on?', ...talk],
    ...['I am back. Is all well now?', 'yes', 'Thank you, and goodbye!'],
  ]);
  await desk.shows(['Hello Ada, this is Robin. Which lights are on?', ...talk]);
}
