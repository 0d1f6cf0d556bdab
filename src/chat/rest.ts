import type { LoggedEvent } from '../contract/manage.ts';

/*
 * When may the next line of a script be typed? When nothing happens any more until somebody says something.
 * 1. The flow waits for the end user, a live agent is connected, or the session has ended: the last of these that the log
 *    tells counts.
 * 2. While the flow waits for the answer to a question of its own, it does not rest.
 * 3. A handoff that still connects is none of these: who answers first, the desk or the script, would be a matter of luck.
 */

export type Place = 'runs' | 'waits' | 'connects' | 'live-agent' | 'ended';

export type Rest = Readonly<{
  place: Place;
  /** The node where that is; empty where it is at none. */
  node: string;
  /** The seq of the question whose answer the flow waits for. */
  request: number | null;
  /** The current handoff, or the last one; 0 for none yet. */
  epoch: number;
  /** Why the session has ended. */
  reason: string;
}>;

export const atFirst: Rest = { place: 'runs', node: '', request: null, epoch: 0, reason: '' };

export const isAtRest = ({ place, request }: Rest): boolean =>
  place === 'ended' || (request === null && (place === 'waits' || place === 'live-agent'));

/** Where the conversation stands after one more event of its log. */
export function restAfter(rest: Rest, event: LoggedEvent): Rest {
  switch (event.kind) {
    case 'node-entered':
      return { ...rest, place: 'runs', node: event.node };
    case 'input-awaited':
      return { ...rest, place: 'waits', node: event.node };
    case 'input-taken':
      return { ...rest, place: 'runs', node: event.node };
    case 'skill-requested':
      return event.waits ? { ...rest, place: 'runs', node: event.node, request: event.seq } : rest;
    case 'skill-answered':
    case 'skill-failed':
      return event.request === rest.request ? { ...rest, request: null } : rest;
    case 'handoff-requested':
      return { ...rest, place: 'connects', node: event.node, epoch: event.epoch };
    case 'handoff-connected':
      return { ...rest, place: 'live-agent' };
    case 'handoff-ended':
      return { ...rest, place: 'runs' };
    case 'session-ended':
      return { ...rest, place: 'ended', request: null, reason: event.reason };
    default:
      return rest;
  }
}

/** What a conversation that does not rest waits for. */
export function describeUnrest({ place, node, request }: Rest): string {
  if (request !== null) return `${node} waits for an answer from outside`;
  if (place === 'connects') return `the desk of ${node} has not answered`;
  return node === '' ? 'the flow has not begun' : `the flow runs on after ${node}`;
}
