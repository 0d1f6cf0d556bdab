import type { ClientFrame } from '../../../src/contract/frames.ts';
import type { EventOf, SessionEvent } from '../../../src/core/events.ts';
import type { Request } from '../witness.ts';
import { broken, type Mirror } from './world.ts';

type Saying = { readonly texts: Set<string>; times: number; refusals: number; seq: number | null };
type Step = { asked: number; refused: number; accepted: number; inLog: number };

/** What the end user of a session has said, and what became of it. */
export type Words = {
  /** By the id that the client gave it. */
  readonly said: Map<string, Saying>;
  /** By the text of their input. */
  readonly steps: Map<string, Step>;
  /** `received n` and `read n`. */
  readonly receipts: Set<string>;
  left: boolean;
};

export const newWords = (): Words => ({ said: new Map(), steps: new Map(), receipts: new Set(), left: false });

export function noteSaid({ words }: Mirror, frame: ClientFrame): void {
  if (frame.type === 'end') words.left = true;
  if (frame.type === 'received' || frame.type === 'read') words.receipts.add(`${frame.type} ${frame.seq}`);
  if (frame.type !== 'message') return;
  const known = words.said.get(frame.id);
  if (known === undefined) words.said.set(frame.id, { texts: new Set([frame.text]), times: 1, refusals: 0, seq: null });
  else {
    known.times += 1;
    known.texts.add(frame.text);
  }
}

/** A message that is on disk from now on must have been said, not refused, and not be there already. */
export function noteKept(mirror: Mirror, event: EventOf<'user-message-received'>): void {
  const { clientId, text, seq } = event;
  if (clientId === undefined) return noteStepKept(mirror, event);
  const saying = mirror.words.said.get(clientId);
  if (saying === undefined)
    return broken(10, mirror.id, `message ${seq} bears the id ${clientId}, under which nothing was said.`);
  if (!saying.texts.has(text))
    broken(2, mirror.id, `message ${seq} (${clientId}) has a text that was not said under that id.`);
  if (saying.seq !== null)
    broken(5, mirror.id, `message ${clientId} is in the log twice, as ${saying.seq} and as ${seq}.`);
  if (saying.refusals >= saying.times)
    broken(10, mirror.id, `message ${clientId} was refused whenever it was said, and is in the log as ${seq}.`);
  saying.seq = seq;
}

function noteStepKept(mirror: Mirror, { text, seq }: EventOf<'user-message-received'>): void {
  const step = mirror.words.steps.get(text);
  if (step === undefined) return broken(10, mirror.id, `message ${seq} bears no id, and no step had its text.`);
  step.inLog += 1;
  checkStep(mirror, text, step);
}

function checkStep({ id }: Mirror, text: string, { asked, refused, accepted, inLog }: Step): void {
  if (inLog > asked - refused) {
    broken(
      10,
      id,
      `"${text}" was said in ${asked} steps, of which ${refused} were refused, and is in the log ${inLog} times.`,
    );
  }
  if (accepted > inLog) broken(1, id, `a step that said "${text}" was answered, and what it said is not on disk.`);
}

export function noteAccepted({ id, events, words }: Mirror, clientId: string, seq: number): void {
  const event = events[seq - 1];
  if (event === undefined) return broken(1, id, `message ${clientId} was accepted as ${seq} before it was on disk.`);
  const saying = words.said.get(clientId);
  if (saying?.seq === seq) return;
  const place = saying?.seq === null || saying === undefined ? 'it is not in the log' : `it stands at ${saying.seq}`;
  broken(2, id, `message ${clientId} was accepted as ${seq}, but ${place}.`);
}

export function noteRefused({ id, words }: Mirror, clientId: string): void {
  const saying = words.said.get(clientId);
  if (saying === undefined) return;
  saying.refusals += 1;
  if (saying.seq === null || saying.refusals < saying.times) return;
  broken(10, id, `message ${clientId} was refused whenever it was said, and is in the log as ${saying.seq}.`);
}

const inputOf = ({ body }: Request): string | null =>
  typeof body.input === 'string' && body.input !== '' ? body.input : null;

export function noteStepAsked({ words }: Mirror, request: Request): void {
  const input = inputOf(request);
  if (input === null) return;
  const step = words.steps.get(input) ?? { asked: 0, refused: 0, accepted: 0, inLog: 0 };
  words.steps.set(input, step);
  step.asked += 1;
}

export function noteStepAnswered(mirror: Mirror, request: Request, refused: boolean, body: Answer): void {
  const input = inputOf(request);
  const step = input === null ? undefined : mirror.words.steps.get(input);
  if (input !== null && step !== undefined) {
    if (refused) step.refused += 1;
    else step.accepted += 1;
    checkStep(mirror, input, step);
  }
  if (refused) return;
  if (body.session_status === 'ENDED' && mirror.state?.phase !== 'ended') {
    broken(1, mirror.id, 'a step was told that it has ended, which is not on disk.');
  }
  for (const { text } of (body.messages ?? []) as readonly { text: string }[]) {
    if (mirror.events.findLast((event) => isSaid(event, text)) !== undefined) continue;
    broken(1, mirror.id, `a step was told "${text}", which is not on disk.`);
  }
}

const isSaid = (event: SessionEvent, text: string): boolean =>
  event.kind === 'virtual-agent-message-sent' && event.text === text;

type Answer = Readonly<Record<string, unknown>>;
