import type { Fault } from '../../contract/shape.ts';
import type { Rule } from '../../core/flow/conditions.ts';
import type { Flow } from '../../core/flow/flow.ts';
import type { NetworkGuard } from '../../outgoing/network-guard.ts';

/** What it takes to judge what a flow holds beside its shape and its meaning. */
export type FlowJudges = Readonly<{
  guard: NetworkGuard;
  /** Whether an endpoint is the server's own that stands in for a desk in trials. */
  isAtTrialDesk: (url: string) => boolean;
  /** @returns a sentence when a pattern is none that can be matched, or null. */
  patternFault: (pattern: string) => string | null;
  /** @returns a sentence when code does not parse, or null; it is not run. */
  codeFault: (code: string) => Promise<string | null>;
}>;

const endpoints = ['startConnectionUrl', 'inboundTransferUrl', 'statusDeliveryUrl', 'endedUrl', 'url'] as const;

/** Endpoints that may not be called, patterns that match nothing, and code that does not parse, each with its path. */
export async function faultsOfContent(flow: Flow, judges: FlowJudges): Promise<readonly Fault[]> {
  const found = await Promise.all([endpointFaults(flow, judges), codeFaults(flow, judges)]);
  return [...found.flat(), ...patternFaults(flow, judges)];
}

async function endpointFaults(flow: Flow, judges: FlowJudges): Promise<readonly Fault[]> {
  const checks = Object.entries(flow.nodes).flatMap(([id, node]) =>
    endpoints.map(async (field): Promise<readonly Fault[]> => {
      const url: unknown = field in node ? node[field as keyof typeof node] : undefined;
      const message = typeof url === 'string' ? await faultOfEndpoint(judges, url, field === 'url') : null;
      return message === null ? [] : [{ path: `nodes.${id}.${field}`, message }];
    }),
  );
  return (await Promise.all(checks)).flat();
}

/**
 * The built-in desk's own endpoints are called by handoffs only.
 * @param isAsked whether a node asks it something, so that it is no desk's. @returns a sentence, or null.
 */
export async function faultOfEndpoint(judges: FlowJudges, url: string, isAsked = false): Promise<string | null> {
  const { guard, isAtTrialDesk } = judges;
  if (isAtTrialDesk(url)) return 'This is the trial desk, where nobody answers end users; name an endpoint of a desk.';
  const parsed = URL.parse(url);
  if (isAsked && parsed !== null && guard.isOwn(parsed)) return 'This is an endpoint of the desk; call another.';
  return guard.faultOf(url);
}

async function codeFaults(flow: Flow, { codeFault }: FlowJudges): Promise<readonly Fault[]> {
  const found: Fault[] = [];
  for (const [id, node] of Object.entries(flow.nodes)) {
    const message = node.type === 'custom-code' ? await codeFault(node.code) : null;
    if (message !== null) found.push({ path: `nodes.${id}.code`, message });
  }
  return found;
}

function patternFaults(flow: Flow, { patternFault }: FlowJudges): readonly Fault[] {
  const of = (path: string, pattern: string): readonly Fault[] => {
    const message = patternFault(pattern);
    return message === null ? [] : [{ path, message }];
  };
  const entities = (flow.entities ?? []).flatMap(({ pattern }, index) =>
    pattern === undefined ? [] : of(`entities.${index}.pattern`, pattern),
  );
  const rules = Object.entries(flow.nodes).flatMap(([id, node]) =>
    node.type !== 'conditions'
      ? []
      : node.conditions.flatMap(({ when }, index) =>
          patternsIn(when, `nodes.${id}.conditions.${index}.when`).flatMap(({ path, pattern }) => of(path, pattern)),
        ),
  );
  return [...entities, ...rules];
}

type Placed = Readonly<{ path: string; pattern: string }>;

function patternsIn(rule: Rule, path: string): readonly Placed[] {
  if ('all' in rule) return rule.all.flatMap((inner, index) => patternsIn(inner, `${path}.all.${index}`));
  if ('any' in rule) return rule.any.flatMap((inner, index) => patternsIn(inner, `${path}.any.${index}`));
  const { operator, value } = rule;
  return operator === 'matches' && typeof value === 'string' ? [{ path: `${path}.value`, pattern: value }] : [];
}
