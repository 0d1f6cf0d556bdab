import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { difference, type Fingerprint } from './fingerprint.ts';
import { Found } from './found.ts';
import { type FrameDraft, frameOnWire, ping, pingsIn, singleFrames, type TalkDraft, talks } from './frames.ts';
import { handshakeBytes } from './handshake.ts';
import { judge, judgeAnswer, operationFor, type Trouble } from './judge.ts';
import type { Operation } from './operations.ts';
import type { Program } from './program.ts';
import { type RawDraft, rawBytes, raws } from './raw.ts';
import type { Report } from './report.ts';
import { asCurl, build, bytesOf, type Draft, drafts, soundDrafts } from './requests.ts';
import { talk } from './socket.ts';
import { judgeTalk } from './talk-judge.ts';
import type { Reply, Wire } from './wire.ts';
import type { World } from './world.ts';

export type Fuzzing = Readonly<{
  program: Program;
  operations: readonly Operation[];
  world: World;
  wire: Wire;
  prints: Fingerprint;
  report: Report;
}>;

export type Tried = unknown;

/** They hash a password, or make the desk ask for secrets: by design they cost. */
const costly: ReadonlySet<string> = new Set([
  ...['signIn', 'claimOwner', 'acceptInvitation', 'changePassword', 'signOut', 'desk.signOut', 'desk.stream'],
]);

/** Throws what is new, so that it is shrunk; what is known is enough once. */
function raise({ program, report }: Fuzzing, trouble: Trouble | null, repeat: () => string): void {
  // Nothing can be shrunk against a program that is gone.
  if (program.ended !== null) {
    report.add({ kind: 'crash', text: `${program.ended}: ${program.output.slice(-1500)}` }, repeat());
    return;
  }
  if (trouble === null || report.findings.has(trouble.kind)) return;
  // What is late takes as long each time; it is told as it is.
  if (trouble.kind.startsWith('late')) report.add(trouble, repeat());
  else throw new Found(trouble, repeat());
}

type Done = Readonly<{ reply: Reply; operation: Operation | null; repeat: () => string; trouble: Trouble | null }>;

async function request({ operations, world, wire, report, program }: Fuzzing, draft: Draft): Promise<Done> {
  const sent = build(world, draft);
  const operation = operationFor(operations, sent.method, sent.path);
  const endless = operation?.id === 'desk.stream';
  const reply = await wire.exchange(bytesOf(sent), { head: sent.method === 'HEAD', endless });
  const [answer] = reply.answers;
  // A connection that is closed may be the first sign of an end that is told a moment later.
  if (answer === undefined) await pause(200);
  report.note(operation?.id ?? 'elsewhere', answer?.status ?? 0);
  if (answer?.status === 200 && operation !== null && operation.parameters.length === 0 && sent.method !== 'HEAD') {
    learn(world, operation, answer.body);
  }
  const repeat = (): string => asCurl(program.url, sent);
  return { reply, operation, repeat, trouble: judge({ method: sent.method, path: sent.path, operation }, reply) };
}

function learn(world: World, { path }: Operation, body: string): void {
  if (body.startsWith('{') && path !== '/insights/sessions') world.learn(path, JSON.parse(body));
}

/** Requests of all kinds, many at once. */
export function crowd(fuzzing: Fuzzing): fc.IAsyncProperty<[Tried]> {
  return fc.asyncProperty(drafts(fuzzing.operations, costly) as fc.Arbitrary<Tried>, async (draft) => {
    const { trouble, repeat } = await request(fuzzing, draft as Draft);
    raise(fuzzing, trouble, repeat);
  });
}

/** Asks soundly for an operation that was never answered with 2xx, until it is or nobody can believe in it any more. */
export async function reach(fuzzing: Fuzzing, operation: Operation, seed: number): Promise<void> {
  for (const draft of fc.sample(soundDrafts(operation), { numRuns: 300, seed })) {
    const { reply } = await request(fuzzing, draft);
    if (reply.answers[0] !== undefined && reply.answers[0].status < 300) return;
  }
}

/** One request or frame at a time, and what was refused has changed nothing. */
export function quiet(fuzzing: Fuzzing): fc.IAsyncProperty<[Tried]> {
  const operations = fuzzing.operations.filter(({ id }) => !costly.has(id));
  const base: Base = { version: '', print: new Map() };
  const tried = fc.oneof(
    { weight: 5, arbitrary: drafts(operations, new Set()) },
    { weight: 1, arbitrary: fc.record({ frame: singleFrames, pick: fc.nat({ max: 1_000_000 }) }) },
  );
  return fc.asyncProperty(tried as fc.Arbitrary<Tried>, async (one) => {
    const { isRefused, trouble, repeat } = await comparedTo(fuzzing, base, one as Draft | Said);
    raise(fuzzing, trouble, repeat);
    if (isRefused) fuzzing.report.refusals += 1;
  });
}

type Base = { version: string; print: ReadonlyMap<string, string> };
type Said = Readonly<{ frame: FrameDraft; pick: number }>;
type Compared = Readonly<{ isRefused: boolean; trouble: Trouble | null; repeat: () => string }>;

async function comparedTo(fuzzing: Fuzzing, base: Base, one: Draft | Said): Promise<Compared> {
  const { prints } = fuzzing;
  if (base.version !== prints.version()) {
    await prints.settle();
    base.print = prints.take();
    base.version = prints.version();
  }
  const done = 'frame' in one ? await saidOnce(fuzzing, one) : await refusable(fuzzing, one);
  // What was accepted may have effects that come after its answer.
  if (!done.isRefused) base.version = '';
  if (!done.isRefused || done.trouble !== null || prints.version() === base.version) return done;
  const now = prints.take();
  const changed = difference(base.print, now);
  Object.assign(base, { version: prints.version(), print: now });
  if (changed === '') return done;
  return {
    ...done,
    trouble: {
      kind: `change ${changed.split(':', 1)[0]} by ${nameOf(one)}`,
      text: `It was refused, but changed ${changed}.`,
    },
  };
}

const nameOf = (one: Draft | Said): string => ('frame' in one ? 'frame' : one.operation.id);

async function refusable(fuzzing: Fuzzing, draft: Draft): Promise<Compared> {
  const { reply, trouble, repeat } = await request(fuzzing, draft);
  return { isRefused: (reply.answers[0]?.status ?? 0) >= 400, trouble, repeat };
}

/** A frame on a socket of a session whose flow has begun, so that connecting alone changes nothing. */
async function saidOnce({ world, report, program }: Fuzzing, { frame, pick }: Said): Promise<Compared> {
  const draft: TalkDraft = { pick: world.pickOf('connected', pick), handshake: [], frames: [frame] };
  const bytes = [frameOnWire(frame), ping()];
  const told = await talk(program.port, handshakeBytes(world, draft), bytes, 1);
  report.frames += 1;
  report.sockets += 1;
  const isRefused = told.frames.some((text) => text.startsWith('{"type":"error"'));
  return { isRefused, trouble: judgeTalk(told), repeat: () => hexOf(world, draft, bytes) };
}

const hexOf = (world: World, draft: TalkDraft, frames: readonly Buffer[]): string =>
  `handshake ${JSON.stringify(handshakeBytes(world, draft).toString('latin1'))}\n  frames in hex: ${frames.map((bytes) => bytes.subarray(0, 500).toString('hex')).join(' ')}`;

/** Whole sockets. */
export function sockets(fuzzing: Fuzzing): fc.IAsyncProperty<[Tried]> {
  return fc.asyncProperty(talks as fc.Arbitrary<Tried>, async (tried) => {
    const draft = tried as TalkDraft;
    const { world, program, report } = fuzzing;
    const frames = [...draft.frames.map(frameOnWire), ping()];
    const told = await talk(program.port, handshakeBytes(world, draft), frames, pingsIn(draft.frames) + 1);
    report.sockets += 1;
    if (told.status === 101) report.frames += draft.frames.length;
    raise(fuzzing, judgeTalk(told), () => hexOf(world, draft, frames));
  });
}

/** Bytes on a TCP connection: requests that were changed as bytes, and what never was one. */
export function raw(fuzzing: Fuzzing): fc.IAsyncProperty<[Tried]> {
  const { operations, world, wire, report } = fuzzing;
  const tried = fc.record({ raw: raws, draft: drafts(operations, costly), other: drafts(operations, costly) });
  return fc.asyncProperty(tried as fc.Arbitrary<Tried>, async (one) => {
    const { raw: change, draft, other } = one as Readonly<{ raw: RawDraft; draft: Draft; other: Draft }>;
    const bytes = rawBytes(bytesOf(build(world, draft)), bytesOf(build(world, other)), change);
    // An answer to HEAD has no body, whatever length it names; what comes after it is not looked at.
    const head = /^[\r\n]*HEAD /.test(bytes.toString('latin1', 0, 20));
    const reply = await wire.exchange(bytes, { head, half: true });
    report.raw += 1;
    const elsewhere = { method: head ? 'HEAD' : 'GET', path: '', operation: null };
    const answers = head ? reply.answers.slice(0, 1) : reply.answers;
    const wrong = answers.map((answer) => judgeAnswer(elsewhere, answer)).find((trouble) => trouble !== null);
    const late = reply.late ? { kind: 'late raw', text: 'Neither an answer nor a close in time.' } : null;
    raise(
      fuzzing,
      wrong ?? late,
      () =>
        `in hex: ${bytes.subarray(0, 3000).toString('hex')}\n  as text: ${JSON.stringify(bytes.subarray(0, 600).toString('latin1'))}`,
    );
  });
}
