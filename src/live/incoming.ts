import { type ClientFrame, readClientFrame, type ServerFrame } from '../contract/frames.ts';
import { sayFaults } from '../contract/shape.ts';
import type { Command } from '../core/commands.ts';
import type { Engine, NotOpened } from '../engine/engine.ts';
import type { Submitted } from '../engine/submission.ts';
import type { Clock } from '../platform/clock.ts';
import { deepestJson, isTooDeep } from '../platform/json-depth.ts';
import type { Log } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';

export type IncomingParts = Readonly<{ engine: Engine; clock: Clock; random: Random; log: Log }>;

/** A frame of the end user, or the error that says why it is none. */
export type FrameReading = Readonly<{ frame: ClientFrame }> | Readonly<{ error: ServerFrame }>;

export function readFrame(text: string): FrameReading {
  if (isTooDeep(text)) {
    const message = `The frame is nested deeper than ${deepestJson} levels; send only its own fields.`;
    return { error: { type: 'error', code: 'too-deep', message } };
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    const message = 'The frame is no JSON; send one JSON object a frame.';
    return { error: { type: 'error', code: 'bad-json', message } };
  }
  const reading = readClientFrame(parsed);
  if (reading.ok) return { frame: reading.value };
  return { error: { type: 'error', code: 'wrong-shape', message: sayFaults(reading.faults), ...idOf(parsed) } };
}

/** @returns what to answer the end user's frame with, or null when the stream of events is the answer. */
export async function takeFrame(
  parts: IncomingParts,
  sessionId: string,
  frame: ClientFrame,
): Promise<ServerFrame | null> {
  const command = commandOf(parts, frame);
  if (command === null) return null;
  try {
    return answerTo(frame, await parts.engine.submit(sessionId, command));
  } catch (error) {
    parts.log.error({ session: sessionId, error: String(error) }, 'A frame could not be stored.');
    const message = 'This could not be stored; send it again under the same id.';
    return { type: 'error', code: 'unavailable', message, ...idOf(frame) };
  }
}

function commandOf({ clock, random }: IncomingParts, frame: ClientFrame): Command | null {
  switch (frame.type) {
    case 'message':
      return { kind: 'say', messageId: random.uuid(clock.now()), clientId: frame.id, text: frame.text };
    case 'parameters':
      return { kind: 'set-parameters', parameters: frame.parameters };
    case 'received':
    case 'read':
      return { kind: 'acknowledge', receipt: frame.type, seq: frame.seq };
    case 'end':
      return { kind: 'leave' };
    case 'typing':
    case 'ping':
      return null; // No facts: nobody on the desk's wire is told of them.
  }
}

function answerTo(frame: ClientFrame, submitted: Submitted): ServerFrame | null {
  switch (submitted.kind) {
    case 'done':
      if (frame.type !== 'message' || submitted.seq === null) return null;
      return { type: 'accepted', id: frame.id, seq: submitted.seq };
    case 'refused': {
      const { code, message } = submitted.refusal;
      return { type: 'error', code, message, ...idOf(frame) };
    }
    case 'limited': {
      const retryAfter = Math.ceil(submitted.retryAfterMs / 1000);
      const message = `Too many messages; send it again in ${retryAfter} s.`;
      return { type: 'error', code: 'rate-limited', message, retryAfter, ...idOf(frame) };
    }
    case 'overloaded':
      return {
        type: 'error',
        code: 'overloaded',
        message: 'Too busy; send it again in 1 s.',
        retryAfter: 1,
        ...idOf(frame),
      };
    case 'stopping':
      return {
        type: 'error',
        code: 'stopping',
        message: 'Restarting; connect again and send it again.',
        ...idOf(frame),
      };
    case 'newer':
    case 'unavailable': {
      const message = 'This could not be stored; send it again under the same id.';
      return { type: 'error', code: 'unavailable', message, retryAfter: 1, ...idOf(frame) };
    }
    case 'not-found':
      return {
        type: 'error',
        code: 'session-not-found',
        message: 'There is no such session any more.',
        ...idOf(frame),
      };
    case 'key-reused':
      return {
        type: 'error',
        code: 'key-reused',
        message: 'Another message had this id; choose a new one.',
        ...idOf(frame),
      };
  }
}

/** What a message is answered with when its session could not be opened. @param id the client's, of the message. */
export function openFailed(code: NotOpened, id: string): ServerFrame {
  switch (code) {
    case 'agent-not-found':
      return { type: 'error', code, message: 'This virtual agent does not chat here any more.', id };
    case 'session-ended':
      return { type: 'error', code, message: 'The time of this session is over; open a new one.', id };
    case 'stopping':
      return { type: 'error', code, message: 'Restarting; connect again and send it again.', id };
    default:
      return { type: 'error', code, message: 'Too busy; send it again in 1 s.', retryAfter: 1, id };
  }
}

function idOf(frame: unknown): { id?: string } {
  if (typeof frame !== 'object' || frame === null || !('id' in frame)) return {};
  return typeof frame.id === 'string' && frame.id.length <= 128 ? { id: frame.id } : {};
}
