import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const program = new URL('../../../bin/baton.mjs', import.meta.url).pathname;

/** `baton` in a process of its own. */
export type Program = Readonly<{
  child: ChildProcess;
  out: () => string;
  errors: () => string;
  /** The exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}>;

/** @param environment all that the process gets of one. It is killed when the test ends. */
export function baton(t: TestContext, args: readonly string[], environment: Record<string, string>): Program {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: process.env.PATH ?? '', PORT: '0', BATON_LOG_LEVEL: 'warn', ...environment },
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, out: () => out, errors: () => errors, ended };
}

/** Runs a command to its end. @throws when it fails. @returns what it printed. */
export async function batonDone(
  t: TestContext,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<string> {
  const run = baton(t, args, environment);
  assert.equal(await run.ended, 0, run.errors());
  return run.out();
}

/** Waits for what a program prints. @returns the first group of the match. */
export async function printed({ child, out, errors, ended }: Program, form: RegExp): Promise<string> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    const match = form.exec(out());
    if (match !== null) return match[1] ?? '';
    assert.ok(!over, `it ended without printing ${form}: ${out()}${errors()}`);
    if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), ended]);
  }
}

export const serving = (running: Program): Promise<string> => printed(running, /Baton serves at (\S+)/);

/** A folder that is gone after the test. */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-operations-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
