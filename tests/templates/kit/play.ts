import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { templateOf } from '../../../src/templates/templates.ts';
import { accountKey, type House, houseFor } from '../../house/kit/house.ts';
import { type Outside, outsideFor } from '../../house/kit/outside.ts';
import { baton } from '../../operations/kit/program.ts';

const fileOf = (name: string, kind: 'script' | 'transcript'): string =>
  new URL(`../${name}.${kind}.txt`, import.meta.url).pathname;

export type Stage = Readonly<{ house: House; outside: Outside }>;

/** The template on a real server, with real servers of ours in the places of those that it names. */
export async function setStage(t: TestContext, name: string): Promise<Stage> {
  const [house, outside] = [await houseFor(t), await outsideFor(t)];
  const desk = new URL(house.desk.url('start')).origin;
  const definition = JSON.stringify(templateOf(name)?.definition)
    .replaceAll('https://desk.example', desk)
    .replaceAll(/https:\/\/[a-z]+\.example/g, outside.url);
  await house.publish(JSON.parse(definition) as object, name);
  return { house, outside };
}

/** Plays a script through `baton chat` and compares what it prints with the transcript beside it, word by word. */
export async function play(t: TestContext, { house }: Stage, name: string): Promise<void> {
  const chat = baton(t, ['chat', name, '--url', house.url, '--script', fileOf(name, 'script')], {
    BATON_KEY: accountKey,
  });
  const code = await chat.ended;
  assert.equal(code, 0, chat.errors() + chat.out());
  assert.equal(chat.errors(), '');
  const file = fileOf(name, 'transcript');
  if (process.env.UPDATE_TRANSCRIPTS === '1') writeFileSync(file, chat.out());
  assert.ok(existsSync(file), 'UPDATE_TRANSCRIPTS=1 writes the transcript; read it before you keep it.');
  assert.equal(chat.out(), readFileSync(file, 'utf8'));
}
