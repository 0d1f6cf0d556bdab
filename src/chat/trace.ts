import type { LoggedEvent } from '../contract/manage.ts';

export type Speaker = 'you' | 'bot' | 'live agent';

/** A line of the conversation: what somebody said, or what went on behind it. `clientId` is the end user's own. */
export type Shown =
  | Readonly<{ kind: 'said'; by: Speaker; text: string; clientId: string | null }>
  | Readonly<{ kind: 'trace' | 'news'; text: string }>;

type EventOf<Kind extends LoggedEvent['kind']> = Extract<LoggedEvent, { kind: Kind }>;

/** Nodes that are told when it is known what they do: wait, or ask somebody outside. */
const later: ReadonlySet<string> = new Set([
  ...['collect-input', 'classification', 'external-bot'],
  ...['webhook', 'custom-code', 'generative-ai'],
]);

/** Tells a log line by line, the same for the same events: without times, ids and seqs. */
export class Tracer {
  #entered: Readonly<{ node: string; type: string }> | null = null;
  #switch: EventOf<'context-switched'> | null = null;
  readonly #types = new Map<string, string>();

  linesOf(event: LoggedEvent): readonly Shown[] {
    switch (event.kind) {
      case 'user-message-received':
        return [said('you', event.text, event.clientId)];
      case 'virtual-agent-message-sent':
        return [said('bot', event.text)];
      case 'live-agent-message-sent':
        return [said('live agent', event.text)];
      case 'node-entered':
        return this.#enter(event);
      case 'context-switched':
        this.#switch = event;
        return [];
      case 'input-awaited':
        return [...this.#owed(event.node), trace(`${this.#named(event.node)} waits${missed(event.misses)}`)];
      case 'skill-requested':
        this.#types.set(event.node, event.skill);
        return [...this.#owed(event.node), trace(`${this.#named(event.node)} asks`)];
      default:
        return this.#withOwed(linesOfRest(event));
    }
  }

  #enter({ node, type }: EventOf<'node-entered'>): readonly Shown[] {
    const before = this.#owed(null);
    const switched = this.#switch;
    this.#switch = null;
    this.#types.set(node, type);
    if (later.has(type)) {
      this.#entered = { node, type };
      return before;
    }
    const how = switched === null ? '' : ` instead of ${switched.from}${switched.returns ? ', for now' : ''}`;
    return [...before, trace(`${this.#named(node)}${how}`)];
  }

  /** Parameters and the like that a node sets come behind its own line. */
  #withOwed(lines: readonly Shown[]): readonly Shown[] {
    return lines.length === 0 ? [] : [...this.#owed(null), ...lines];
  }

  /** The node that was entered and not told, unless its own line follows at once. */
  #owed(following: string | null): readonly Shown[] {
    const entered = this.#entered;
    this.#entered = null;
    return entered === null || entered.node === following ? [] : [trace(`${entered.node} (${entered.type})`)];
  }

  #named(node: string): string {
    const type = this.#types.get(node);
    return type === undefined ? node : `${node} (${type})`;
  }
}

const trace = (text: string): Shown => ({ kind: 'trace', text });

/** @param text null where it was not to be kept. */
const said = (by: Speaker, text: string | null, clientId: string | undefined = undefined): Shown => ({
  ...{ kind: 'said', by, text: text ?? '(not kept)', clientId: clientId ?? null },
});

const missed = (misses: number): string =>
  misses === 0 ? '' : ` again, not understood ${misses === 1 ? 'once' : `${misses} times`}`;

function linesOfRest(event: LoggedEvent): readonly Shown[] {
  switch (event.kind) {
    case 'parameters-set':
      return event.parameters.map(({ name, value }) => trace(`${name} = ${showValue(value)}`));
    case 'intent-recognised':
      return [trace(`intent ${event.intent ?? 'none'} ${event.score.toFixed(2)}`)];
    case 'sub-flow-left':
      return [trace(`back to ${event.node}`)];
    case 'skill-answered':
      return [trace(`${event.node} answered${event.output === 'human' ? ': a human is wanted' : ''}`)];
    case 'skill-failed':
      return [trace(`${event.node} failed: ${event.cause}`)];
    case 'session-ended':
      return [{ kind: 'news', text: `the session has ended: ${event.reason}${more(event.detail)}` }];
    default:
      return linesOfHandoff(event);
  }
}

function linesOfHandoff(event: LoggedEvent): readonly Shown[] {
  switch (event.kind) {
    case 'handoff-requested':
      return [trace(`handoff ${event.epoch} connecting`)];
    case 'handoff-unavailable':
      return [trace(`${event.node} failed: no socket was connected`)];
    case 'handoff-connected':
      return [trace(`handoff ${event.epoch} connected${event.queued ? ', in a queue' : ''}`)];
    case 'handoff-assigned':
      return [trace(`handoff ${event.epoch} assigned${more(event.liveAgent?.name)}`)];
    case 'handoff-ended': {
      const { epoch, outcome, cause, result } = event;
      return [trace(`handoff ${epoch} ended: ${outcome}${more(result)}${outcome === 'failed' ? more(cause) : ''}`)];
    }
    case 'delivery-delayed':
      return [trace(`the desk does not receive: ${event.cause}`)];
    case 'delivery-resumed':
      return [trace('the desk receives again')];
    case 'delivery-died':
      return [trace(`a call to the desk was given up: ${event.cause}`)];
    default:
      return [];
  }
}

const more = (text: string | undefined): string => (text === undefined || text === '' ? '' : `, ${text}`);

export function showValue(value: string | readonly string[]): string {
  const shown = typeof value === 'string' ? value : value.join(', ');
  return shown === '' ? '(empty)' : shown;
}
