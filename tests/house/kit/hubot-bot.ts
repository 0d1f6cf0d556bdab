import { Adapter, type Envelope, Robot, TextMessage, User } from 'hubot';
import type { OutsideCall, OutsideReply } from './outside.ts';

type Line = Readonly<{ from: 'user' | 'virtual_agent' | 'live_agent'; text: string }>;
export type TurnBody = Readonly<{
  sessionId: string;
  event: 'start' | 'message' | 'resume';
  text?: string;
  messages: readonly Line[];
  parameters: readonly Readonly<{ name: string; value: string }>[];
}>;

/** What one turn has come to so far. */
type Turn = { readonly said: string[]; next: 'listen' | 'human' | 'end' };

/** Takes what the robot says in a room for the answer to the turn that is under way there. */
class TurnAdapter extends Adapter {
  readonly turns = new Map<string, Turn>();

  async send({ room = '' }: Envelope, ...texts: string[]): Promise<void> {
    this.turns.get(room)?.said.push(...texts);
  }

  async reply(envelope: Envelope, ...texts: string[]): Promise<void> {
    await this.send(envelope, ...texts);
  }
}

export type HubotBot = Readonly<{
  /** Answers one turn of an external bot node. */
  answer: (call: OutsideCall) => Promise<OutsideReply>;
  close: () => void;
}>;

/** A Hubot with a few scripts, behind the protocol of external bots: some thirty lines, as anybody would write them. */
export function openHubot(): HubotBot {
  const robot = new Robot(null, false, 'hubot');
  robot.logger.level = 'silent';
  const adapter = new TurnAdapter(robot);
  robot.adapter = adapter;
  robot.hear(/^ping$/i, (response) => response.send('PONG'));
  robot.hear(/\bhuman\b/i, async (response) => {
    await response.send('I get you somebody.');
    turnIn(adapter, response.envelope).next = 'human';
  });
  robot.hear(/^bye$/i, async (response) => {
    await response.send('Goodbye.', 'Come again.');
    turnIn(adapter, response.envelope).next = 'end';
  });
  robot.catchAll((response) => response.send('I did not get that.'));
  const answer = async ({ raw }: OutsideCall): Promise<OutsideReply> => {
    const { sessionId, event, text = '', messages } = JSON.parse(raw) as TurnBody;
    const turn: Turn = { said: [], next: 'listen' };
    adapter.turns.set(sessionId, turn);
    if (event === 'start') turn.said.push('I am Hubot. Say ping.');
    else if (event === 'resume') turn.said.push(`Welcome back; a colleague said: ${saidBy('live_agent', messages)}.`);
    else await robot.receive(new TextMessage(new User(sessionId, { room: sessionId }), text));
    return { json: { messages: turn.said, next: turn.next } };
  };
  return { answer, close: () => robot.shutdown() };
}

function turnIn({ turns }: TurnAdapter, { room = '' }: Envelope): Turn {
  const turn = turns.get(room);
  if (turn === undefined) throw new Error('No turn is under way in this room.');
  return turn;
}

const saidBy = (who: Line['from'], messages: readonly Line[]): string =>
  messages
    .filter(({ from }) => from === who)
    .map(({ text }) => text)
    .join(' / ');
