import type { LoggedEvent } from '../../../../contract/manage.ts';
import { type DraftNode, outputsOf } from '../../draft/definition.ts';

/**
 * The output by which a node was left: as what happened in it says, or else the only one that leads there.
 * @param did what happened in it. @param to the node that came next; null when none did.
 * @returns null when it is not known.
 */
export function outputTaken(
  node: DraftNode | undefined,
  did: readonly LoggedEvent[],
  to: string | null,
): string | null {
  if (node === undefined) return null;
  const leading = outputsOf(node).filter((output) => targetOf(node, output) === to);
  const told = toldBy(node, did);
  if (told !== null && leading.includes(told)) return told;
  return leading.length === 1 ? (leading[0] ?? null) : null;
}

const targetOf = ({ outputs = {} }: DraftNode, output: string): string | null =>
  Object.hasOwn(outputs, output) ? (outputs[output] ?? null) : null;

const outcomes = {
  ...{ disconnected: 'default', failed: 'failed', 'no-response': 'noResponse', 'user-left': 'userLeft' },
  expired: null,
} as const;

function toldBy(node: DraftNode, did: readonly LoggedEvent[]): string | null {
  switch (node.type) {
    case 'collect-input':
      return collected(node, did);
    case 'classification': {
      const last = did.findLast((event) => event.kind === 'intent-recognised');
      return last === undefined ? null : (last.intent ?? 'missed');
    }
    case 'counter':
      return counted(node, did);
    case 'conditions':
      return null;
    default:
      return settled(did) ?? 'default';
  }
}

/** An answer was kept, or there was one already; otherwise it was missed. */
function collected({ parameter }: DraftNode, did: readonly LoggedEvent[]): string {
  const isKept = setBy(did).some(({ name }) => name === parameter);
  const isAsked = did.some(({ kind }) => kind === 'input-awaited');
  return isKept || !isAsked ? 'default' : 'missed';
}

function counted({ parameter, limit }: DraftNode, did: readonly LoggedEvent[]): string | null {
  const count = setBy(did).findLast(({ name }) => name === parameter)?.value;
  if (count === undefined || typeof limit !== 'number') return null;
  return Number(count) >= limit ? 'reached' : 'default';
}

const setBy = (did: readonly LoggedEvent[]) =>
  did.flatMap((event) => (event.kind === 'parameters-set' ? event.parameters : []));

/** How a question, or a handoff, came out. */
function settled(did: readonly LoggedEvent[]): string | null {
  const last = did.findLast(({ kind }) =>
    ['skill-answered', 'skill-failed', 'handoff-ended', 'handoff-unavailable'].includes(kind),
  );
  switch (last?.kind) {
    case 'skill-answered':
      return last.output;
    case 'skill-failed':
    case 'handoff-unavailable':
      return 'failed';
    case 'handoff-ended':
      return outcomes[last.outcome];
    default:
      return null;
  }
}
