import type { Delivery } from '../../deliveries/filter.ts';
import { answersIn, type CameOf, deliveryIdOf, type OwedBy, owedIn, type ReceiptOf, receiptsIn } from './lookups.ts';
import type { Handoff, Item, LogEvent, LogEventOf, Message, Shown, Step } from './story.ts';

/*
 * A session's log as people read it.
 * 1. Every message is an item, in order of seq. What stands between is told when it is asked for.
 * 2. What happens from the request of a handoff to its end is within that handoff.
 * 3. Steps of the flow that follow one another are one item, and so are parameters.
 * 4. A call that was not taken stands at the item of the event that owes it, or is an item of its own.
 */

export type Log = Readonly<{
  sessionId: string;
  events: readonly LogEvent[];
  /** Deliveries of the session that are owed or dead. */
  open: readonly Delivery[];
}>;

type Draft<Whole> = { -readonly [Field in keyof Whole]: Whole[Field] };
type OpenHandoff = Draft<Omit<Handoff, 'items'>> & { items: Item[] };

type Told = {
  readonly sessionId: string;
  readonly items: Item[];
  /** The handoff that is under way. */
  handoff: OpenHandoff | null;
  readonly shown: Shown;
  readonly receiptOf: ReceiptOf;
  readonly cameOf: CameOf;
  readonly owedBy: OwedBy;
};

export function fold({ sessionId, events, open }: Log, shown: Shown): readonly Item[] {
  const told: Told = {
    ...{ sessionId, items: [], handoff: null, shown },
    receiptOf: receiptsIn(events),
    cameOf: answersIn(events),
    owedBy: owedIn(shown.deliveries ? open : []),
  };
  for (const event of events) {
    const reader = readers[event.kind] as ((told: Told, event: LogEvent) => void) | undefined;
    if (reader === undefined) tellOwed(told, event);
    else reader(told, event);
  }
  return told.items;
}

const place = ({ handoff, items }: Told): Item[] => handoff?.items ?? items;
const at = ({ seq, at: instant }: LogEvent) => ({ seq, at: instant });

/** Calls of an event that is nothing to be told of by itself, such as the statuses that a receipt owes. */
function tellOwed(told: Told, event: LogEvent): void {
  const owes = told.owedBy(event.seq);
  if (owes.length > 0) place(told).push({ ...at(event), kind: 'delivery', what: 'owes', owes });
}

type Readers = { readonly [Kind in LogEvent['kind']]?: (told: Told, event: LogEventOf<Kind>) => void };

const readers: Readers = {
  'session-started': (told, event) => {
    const { flowVersion: version, userId } = event;
    told.items.push({ ...at(event), kind: 'note', what: 'opened', version, user: userId ?? null });
    const set = Object.entries(event.parameters).map(([name, value]) => ({ name, value }));
    if (told.shown.parameters && set.length > 0) {
      told.items.push({ ...at(event), kind: 'parameters', isInitial: true, set });
    }
  },
  'socket-connected': (told, event) => {
    if (told.shown.nodes) place(told).push({ ...at(event), kind: 'note', what: 'connected' });
  },
  'handoff-unavailable': (told, event) => {
    place(told).push({ ...at(event), kind: 'note', what: 'unavailable', node: event.node });
  },
  'session-ended': (told, event) => {
    const { reason, detail = null } = event;
    told.items.push({ ...at(event), kind: 'end', reason, detail });
    tellOwed(told, event);
  },

  'node-entered': (told, event) => step(told, { ...at(event), what: 'entered', node: event.node, type: event.type }),
  'input-awaited': (told, event) => {
    const { node, misses } = event;
    if (misses > 0) step(told, { ...at(event), what: 'missed', node, misses });
  },
  'context-switched': (told, event) => {
    const { node, from, returns } = event;
    step(told, { ...at(event), what: 'switched', node, from, returns });
  },
  'sub-flow-entered': (told, event) => step(told, { ...at(event), what: 'sub-flow', node: event.node }),
  'sub-flow-left': (told, event) => step(told, { ...at(event), what: 'back', node: event.node }),
  'intent-recognised': (told, event) => {
    const { node, intent, score } = event;
    if (told.shown.nodes) place(told).push({ ...at(event), kind: 'intent', node, intent, score });
  },
  'skill-requested': (told, event) => {
    const { node, skill, waits } = event;
    const owes = told.owedBy(event.seq);
    if (!told.shown.nodes) return tellOwed(told, event);
    place(told).push({ ...at(event), kind: 'question', node, skill, waits, owes, came: told.cameOf(event) });
  },
  'skill-failed': (told, event) => {
    // What was asked tells its answer where it was asked.
    if (!told.shown.nodes || event.request !== null) return;
    const came = { kind: 'failure', cause: event.cause, tookMs: null } as const;
    place(told).push({ ...at(event), kind: 'question', node: event.node, skill: null, waits: true, owes: [], came });
  },
  'parameters-set': (told, event) => {
    if (!told.shown.parameters) return;
    const items = place(told);
    const last = items.at(-1);
    if (last?.kind === 'parameters' && !last.isInitial) {
      items[items.length - 1] = { ...last, set: [...last.set, ...event.parameters] };
    } else items.push({ ...at(event), kind: 'parameters', isInitial: false, set: event.parameters });
  },

  'user-message-received': (told, event) => {
    say(told, event, { from: 'user', receipt: null, isGreeting: event.to.kind === 'greeting' });
  },
  'virtual-agent-message-sent': (told, event) => say(told, event, { from: 'virtual-agent', node: event.node }),
  'live-agent-message-sent': (told, event) => {
    const { handoff } = told;
    if (handoff !== null) handoff.answered ??= { ...at(event), liveAgent: event.liveAgent ?? null };
    say(told, event, { from: 'live-agent', name: event.liveAgent?.name ?? null });
  },

  'handoff-requested': (told, event) => {
    const { epoch, node, saveChat: isKept } = event;
    told.handoff = {
      ...at(event),
      ...{ kind: 'handoff', epoch, node, isKept, owes: told.owedBy(event.seq) },
      ...{ connected: null, assigned: null, answered: null, end: null, items: [] },
    };
    told.items.push(told.handoff);
  },
  'handoff-connected': ({ handoff }, event) => {
    const { by, queued, place: number = null } = event;
    if (handoff !== null) handoff.connected = { ...at(event), by, queued, place: number };
  },
  'handoff-assigned': ({ handoff }, event) => {
    if (handoff !== null) handoff.assigned = { ...at(event), liveAgent: event.liveAgent ?? null };
  },
  'handoff-ended': (told, event) => {
    const { outcome, cause, tags = [], result = null } = event;
    const { handoff } = told;
    if (handoff !== null) handoff.end = { ...at(event), outcome, cause, tags, result, owes: told.owedBy(event.seq) };
    told.handoff = null;
  },

  'delivery-died': (told, event) => {
    const { call, callKind, cause } = event;
    note(told, {
      ...at(event),
      kind: 'delivery',
      what: 'died',
      id: deliveryIdOf(told.sessionId, call),
      callKind,
      cause,
    });
  },
  'delivery-delayed': (told, event) => {
    const { call, callKind, cause } = event;
    const since = new Date(event.since).toISOString();
    const id = deliveryIdOf(told.sessionId, call);
    note(told, { ...at(event), kind: 'delivery', what: 'delayed', id, callKind, since, cause });
  },
  'delivery-resumed': (told, event) => {
    const since = new Date(event.since).toISOString();
    note(told, { ...at(event), kind: 'delivery', what: 'resumed', since });
  },
  'delivery-replayed': (told, event) => {
    note(told, { ...at(event), kind: 'delivery', what: 'replayed', id: deliveryIdOf(told.sessionId, event.call) });
  },
  'delivery-skipped': (told, event) => {
    note(told, { ...at(event), kind: 'delivery', what: 'skipped', id: deliveryIdOf(told.sessionId, event.call) });
  },
};

function note(told: Told, item: Extract<Item, { kind: 'delivery' }>): void {
  if (told.shown.deliveries) place(told).push(item);
}

function step(told: Told, one: Step): void {
  if (!told.shown.nodes) return;
  const items = place(told);
  const last = items.at(-1);
  if (last?.kind === 'steps') items[items.length - 1] = { ...last, steps: [...last.steps, one] };
  else items.push({ seq: one.seq, at: one.at, kind: 'steps', steps: [one] });
}

type Utterance = LogEventOf<'user-message-received' | 'virtual-agent-message-sent' | 'live-agent-message-sent'>;

function say(told: Told, event: Utterance, said: Pick<Message, 'from'> & Partial<Message>): void {
  // A text that was not to be kept is left out of the log's page.
  const text = event.text as string | null;
  const receipt = told.receiptOf(event.seq);
  const owes = told.owedBy(event.seq);
  place(told).push({
    ...at(event),
    ...{ kind: 'message', text, name: null, node: null, isGreeting: false, receipt, owes },
    ...said,
  });
}

/** The item that tells of an event, or of what comes last before it where it is not told. */
export function itemOf(items: readonly Item[], seq: number): number | null {
  let found: number | null = null;
  for (const item of items) {
    if (item.seq > seq) break;
    found = item.seq;
    if (item.kind === 'handoff') found = itemOf(item.items, seq) ?? found;
  }
  return found;
}
