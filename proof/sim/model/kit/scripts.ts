import { disk, flow, type History, id, request, requested, type Script, started } from './history.ts';

const begun: Script = {
  publish: ({ model }) => model.published('va', 1, flow),
  boot: ({ model }) => model.booted(0),
  'init is asked': ({ model }) => model.asked(request(1, 'init', { agent_id: 'va' })),
  start: (h) => h.flush(started),
  'init is answered': ({ model }) => model.answered(request(1, 'init', { agent_id: 'va' }), 200, { session_id: id }),
  socket: ({ model }) => model.socketOpened(1, id, 0, 0),
  'flow runs': (h) =>
    h.flush(
      { kind: 'socket-connected' },
      { kind: 'flow-started', by: 'socket' },
      { kind: 'node-entered', node: 'greet', type: 'send-message' },
      { kind: 'virtual-agent-message-sent', node: 'greet', text: 'Hi' },
      { kind: 'node-entered', node: 'ask', type: 'collect-input' },
      { kind: 'input-awaited', node: 'ask', misses: 0 },
    ),
  'greeting shown': (h) => h.show(1, 5),
  'm1 said': (h) => h.say('m1', 'no wifi'),
  'm1 kept': (h) => keepFirst(h),
  'm1 accepted': (h) => h.accept('m1', 8),
  'm1 shown': (h) => h.show(8, 12),
};

/** The first message, and the handoff that follows. */
export function keepFirst(h: History, to: 'virtual-agent' | 'greeting' = 'virtual-agent', lastSeq = 8): void {
  h.flush(
    { kind: 'user-message-received', messageId: 'u1', clientId: 'm1', text: 'no wifi', to: { kind: to } },
    { kind: 'input-taken', node: 'ask', messageSeq: 8 },
    { kind: 'parameters-set', parameters: [{ name: 'ISSUE', value: 'no wifi' }] },
    { kind: 'node-entered', node: 'human', type: 'live-agent-routing' },
    requested(h, 1, lastSeq),
  );
}

/** A message of the end user to the live agent of a handoff. */
export function keep(
  h: History,
  n: number,
  text: string,
  previousSeq: number,
  respondBy = h.now + 25_001_000,
  epoch = 1,
): void {
  const to = { kind: 'live-agent', epoch, previousSeq, respondBy } as const;
  h.flush({ kind: 'user-message-received', messageId: `u${n}`, clientId: `m${n}`, text, to });
}

export const answer = (text: string, epoch = 1) =>
  ({ kind: 'live-agent-message-sent', messageId: 'a1', epoch, text }) as const;

export const startBody = (
  h: History,
  epoch = 1,
  seq = 12,
  lines: readonly object[] = [{ agent: 'Hi' }, { user: 'no wifi' }],
): object => ({
  ...{ sessionId: id, agentId: 'va', history: { transcription: lines, parameters: [] } },
  handoff: {
    epoch,
    lastSeq: epoch === 1 ? 8 : 13,
    respondBy: new Date(Date.parse(h.at(seq)) + 25_000_000).toISOString(),
  },
});

export function inboundBody(h: History, seq: number): object {
  const event = h.events[seq - 1];
  if (event?.kind !== 'user-message-received' || event.to.kind !== 'live-agent')
    throw new Error(`${seq} is no inbound.`);
  const { text, messageId, to } = event;
  const respondBy = new Date(to.respondBy).toISOString();
  return {
    sessionId: id,
    text,
    type: 'text',
    messageId,
    seq,
    previousSeq: to.previousSeq,
    timestamp: h.at(seq),
    epoch: to.epoch,
    respondBy,
  };
}

export const statusBody = (h: History, seq: number, status: string): object => ({
  ...{ sessionId: id, message_uuid: 'a1', to: id, from: 'va', timestamp: h.at(seq), status, channel: 'web' },
});

export const outbound = request(2, 'outbound', { text: 'Hello' }, 'k1');
export const disconnect = request(3, 'disconnect', {}, 'k2');
export const ended = {
  kind: 'handoff-ended',
  epoch: 1,
  node: 'human',
  outcome: 'disconnected',
  cause: 'It was handed back.',
} as const;
export const endedBody = (epoch: number, reason: string): object => ({ sessionId: id, epoch, reason });

/** A conversation in which all goes well. */
export const well: Script = {
  ...begun,
  'start leaves': (h) => h.call('h1-12-0', 'start', startBody(h)),
  'm2 said': (h) => h.say('m2', 'anybody?'),
  'm2 kept': (h) => keep(h, 2, 'anybody?', 8),
  connected: (h) => h.flush({ kind: 'handoff-connected', epoch: 1, by: 'start', queued: false }),
  'm2 leaves': (h) => h.call('h1-13-0', 'inbound', inboundBody(h, 13)),
  'answer is asked': ({ model }) => model.asked(outbound),
  'answer kept': (h) => h.flush(answer('Hello')),
  'answer is answered': ({ model }) => model.answered(outbound, 200, { message_uuid: 'a1' }),
  'answer shown': (h) => h.show(13, 14, 15),
  'submitted leaves': (h) => h.call('s-15-0', 'status', statusBody(h, 15, 'submitted')),
  'read said': ({ model }) => model.frameSaid(1, id, { type: 'read', seq: 15 }),
  'read kept': (h) => h.flush({ kind: 'messages-read', to: 15 }),
  'delivered leaves': (h) => h.call('s-16-0', 'status', statusBody(h, 16, 'delivered')),
  'read leaves': (h) => h.call('s-16-1', 'status', statusBody(h, 16, 'read')),
  'm3 said': (h) => h.say('m3', 'thanks'),
  'm3 kept': (h) => keep(h, 3, 'thanks', 13, h.now + 601_000),
  'm3 leaves': (h) => h.call('h1-17-0', 'inbound', inboundBody(h, 17)),
  delayed: () => {},
  'end is asked': ({ model }) => model.asked(disconnect),
  ended: (h) => h.flush(ended, { kind: 'session-ended', reason: 'completed' }),
  'end is answered': ({ model }) => model.answered(disconnect, 200, { session_id: id, owner: 'nobody' }),
  'end shown': (h) => h.show(17, 18, 19),
  closed: ({ model }) => model.socketClosed(1, 4410),
  'ended leaves': (h) => h.call('h1-18-0', 'ended', endedBody(1, 'disconnected')),
  late: () => {},
  finish: ({ model }) =>
    model.finished(
      disk(
        'h1-12-0 start',
        'h1-13-0 inbound',
        's-15-0 status',
        's-16-0 status',
        's-16-1 status',
        'h1-17-0 inbound',
        'h1-18-0 ended',
      ),
    ),
};

/** A conversation whose first handoff takes *Failed*, and whose second is not answered. */
export const badly: Script = {
  ...begun,
  'start leaves': (h) => h.call('h1-12-0', 'start', startBody(h), 503),
  'm2 said': (h) => h.say('m2', 'anybody?'),
  'm2 kept': (h) => keep(h, 2, 'anybody?', 8),
  waits: (h) => h.pass(28_000),
  failed: (h) =>
    h.flush(
      { ...ended, outcome: 'failed' },
      { kind: 'node-entered', node: 'ask', type: 'collect-input' },
      { kind: 'input-awaited', node: 'ask', misses: 0 },
      { kind: 'input-taken', node: 'ask', messageSeq: 13 },
      { kind: 'parameters-set', parameters: [{ name: 'ISSUE', value: 'anybody?' }] },
      { kind: 'node-entered', node: 'human', type: 'live-agent-routing' },
      requested(h, 2, 13),
    ),
  restart: ({ model }) => {
    model.gone(0);
    model.booted(0);
  },
  'm2 leaves': () => {},
  'ended 1 leaves': (h) => h.call('h1-14-0', 'ended', endedBody(1, 'failed')),
  'start 2 leaves': (h) =>
    h.call('h2-20-0', 'start', startBody(h, 2, 20, [{ agent: 'Hi' }, { user: 'no wifi' }, { user: 'anybody?' }])),
  connected: (h) => h.flush({ kind: 'handoff-connected', epoch: 2, by: 'start', queued: true, place: 3 }),
  delayed: () => {},
  waiting: (h) => h.pass(24_999_000),
  'no response': (h) =>
    h.flush({ ...ended, epoch: 2, outcome: 'no-response' }, { kind: 'session-ended', reason: 'completed' }),
  'ended 2 leaves': (h) => h.call('h2-22-0', 'ended', endedBody(2, 'no-response')),
  'again on a socket': (h) => {
    h.model.socketOpened(1, id, 12, 0);
    h.show(13, 14, 20, 21, 22, 23);
    h.model.socketClosed(1, 4410);
  },
  finish: ({ model }) =>
    model.finished(
      disk('h1-12-0 start skipped', 'h1-13-0 inbound skipped', 'h1-14-0 ended', 'h2-20-0 start', 'h2-22-0 ended'),
    ),
};
