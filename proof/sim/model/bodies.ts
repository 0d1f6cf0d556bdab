import type { EventOf, SessionEvent } from '../../../src/core/events.ts';
import type { Mirror, OwedCall } from './world.ts';
import { broken, callName, instantOf, same } from './world.ts';

/** What a call says must follow from the log, and from nothing else. */
export function checkBody(mirror: Mirror, call: OwedCall, body: string): void {
  const said = parsed(mirror, call, body);
  const expected = expectedOf(mirror, call);
  for (const [path, value] of Object.entries(expected)) {
    const found = at(said, path);
    if (same(value, found)) continue;
    const invariant = path.endsWith('respondBy') ? 9 : call.kind === 'ended' ? 8 : call.kind === 'status' ? 5 : 6;
    broken(
      invariant,
      mirror.id,
      `${callName(call)} says ${path} ${JSON.stringify(found)}; the log says ${JSON.stringify(value)}.`,
    );
  }
}

function parsed({ id }: Mirror, call: OwedCall, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return broken(6, id, `${callName(call)} has a body that is no JSON.`);
  }
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path.split('.'))
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  return found;
}

/** Paths into the body, and what must stand there. */
function expectedOf(mirror: Mirror, { event, status }: OwedCall): Readonly<Record<string, unknown>> {
  const { id: sessionId, state } = mirror;
  if (status !== null) {
    const { messageId, status: word } = status;
    const told = { message_uuid: messageId, status: word, timestamp: instantOf(event.at), channel: 'web' };
    return { sessionId, ...told, to: sessionId, from: state?.virtualAgentId };
  }
  switch (event.kind) {
    case 'handoff-requested': {
      const { epoch, lastSeq } = event;
      const handoff = {
        'handoff.epoch': epoch,
        'handoff.lastSeq': lastSeq,
        'handoff.respondBy': instantOf(event.respondBy),
      };
      const history = {
        'history.transcription': transcript(mirror, lastSeq, event.capitalised),
        'history.parameters': event.parameters,
      };
      return { sessionId, agentId: state?.virtualAgentId, ...history, ...handoff };
    }
    case 'user-message-received': {
      const { text, messageId, seq, to } = event;
      const said = { sessionId, type: 'text', text, messageId, seq, timestamp: instantOf(event.at) };
      if (to.kind !== 'live-agent') return said;
      return { ...said, epoch: to.epoch, previousSeq: to.previousSeq, respondBy: instantOf(to.respondBy) };
    }
    case 'skill-requested': {
      const given = Object.fromEntries(event.given.map(({ name, value }) => [name, value]));
      const heard = mirror.events.slice(event.after, event.to).filter((one) => speakerOf(one) !== null);
      const seqs = heard.map(({ seq }) => seq);
      return { sessionId, turn: event.turn, given, messages: seenOf(mirror, event, seqs) };
    }
    case 'handoff-ended':
      return { sessionId, epoch: event.epoch, reason: event.outcome };
    default:
      return { sessionId };
  }
}

/** A bot sees all since its last turn, a model the last of them, others none. */
function seenOf(
  mirror: Mirror,
  { skill, node: id }: EventOf<'skill-requested'>,
  seqs: readonly number[],
): readonly number[] {
  if (skill === 'external-bot') return seqs;
  const node = mirror.flow?.nodes[id];
  const history = node?.type === 'generative-ai' ? (node.history ?? 20) : 0;
  return history === 0 ? [] : seqs.slice(-history);
}

function transcript({ events }: Mirror, lastSeq: number, capitalised: boolean): readonly object[] {
  return events.slice(0, lastSeq).flatMap((event) => {
    const speaker = speakerOf(event);
    if (speaker === null) return [];
    return [{ [capitalised ? speaker.key.replace(/^./, (first) => first.toUpperCase()) : speaker.key]: speaker.text }];
  });
}

function speakerOf(event: SessionEvent): Readonly<{ key: 'user' | 'agent'; text: string }> | null {
  if (event.kind === 'user-message-received') return { key: 'user', text: event.text };
  if (event.kind === 'virtual-agent-message-sent' || event.kind === 'live-agent-message-sent')
    return { key: 'agent', text: event.text };
  return null;
}
