import { closeCodes } from '../../src/contract/frames.ts';
import type { Trouble } from './judge.ts';
import { errorCheck } from './operations.ts';
import type { Talk } from './socket.ts';

/** How a socket may be closed: by us, by the library for what breaks the protocol, and with the contract's own codes. */
const soundCloses: ReadonlySet<number> = new Set([
  1000,
  1001,
  1002,
  1003,
  1005,
  1007,
  1009,
  3000,
  4999,
  closeCodes.token,
  closeCodes.notFound,
  closeCodes.ended,
  closeCodes.idle,
  closeCodes.later,
]);
const frameTypes: ReadonlySet<unknown> = new Set(['message', 'session', 'accepted', 'typing', 'pong', 'error']);
const busy = /^(internal|starting|stopping|overloaded|unavailable)$/;

/** What is wrong with how a socket went; null when nothing is. */
export function judgeTalk({ status, head, refusal, frames, code, isLate }: Talk): Trouble | null {
  if (isLate)
    return {
      kind: 'late socket',
      text: `A socket was neither answered nor closed; status ${status}, last frames ${frames.slice(-3).join(' ').slice(0, 300)}`,
    };
  if (status === 0) return null; // Hung up on without an answer: what is no request may be.
  if (status >= 500) return { kind: `${status} handshake`, text: `The handshake was answered ${head}` };
  if (status >= 400 && refusal !== null && !isErrorText(refusal))
    return {
      kind: `handshake ${status} without the form`,
      text: `The handshake was refused with ${head}\n${refusal.slice(0, 300)}`,
    };
  if (code !== null && !soundCloses.has(code))
    return { kind: `close ${code}`, text: `The socket was closed with ${code}.` };
  for (const frame of frames) {
    const wrong = frameTrouble(frame);
    if (wrong !== null) return { kind: wrong, text: `${wrong}: ${frame.slice(0, 400)}` };
  }
  return null;
}

function isErrorText(body: string): boolean {
  try {
    return errorCheck(JSON.parse(body));
  } catch {
    return false; // What is no JSON is no error of the contract.
  }
}

function frameTrouble(text: string): string | null {
  let frame: { type?: unknown; code?: unknown; message?: unknown; seq?: unknown };
  try {
    frame = JSON.parse(text) as typeof frame;
  } catch {
    return 'A frame is no JSON';
  }
  if (!frameTypes.has(frame.type)) return 'A frame is of no known type';
  if (frame.type !== 'error')
    return frame.type === 'typing' || frame.type === 'pong' || Number.isInteger(frame.seq)
      ? null
      : 'A frame has no seq';
  if (typeof frame.code !== 'string' || !/\S.*[.!?]$/s.test(String(frame.message))) return 'An error frame is no error';
  return busy.test(frame.code) ? `error frame ${frame.code}` : null;
}
