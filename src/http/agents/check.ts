import type { Fault } from '../../contract/shape.ts';
import { readVirtualAgent } from '../../contract/virtual-agent.ts';
import { checkFlow } from '../../core/flow/check-flow.ts';
import type { Flow } from '../../core/flow/flow.ts';
import { HttpError, wrongShape } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import { faultsOfContent } from './flow-faults.ts';

type Verdict = Readonly<{ flow: Flow; faults: readonly Fault[]; warnings: readonly Fault[] }>;

/** Shape, meaning and endpoints. Of a faulty definition `flow` is what is sound of it. */
async function judge({ judges }: HttpParts, definition: unknown): Promise<Verdict> {
  const { flow, faults } = readVirtualAgent(definition);
  const { faults: meant, warnings } = checkFlow(flow);
  const isNews = ({ path }: Fault): boolean => !faults.some((known) => path.startsWith(known.path));
  return { flow, faults: [...faults, ...meant.filter(isNews), ...(await faultsOfContent(flow, judges))], warnings };
}

/** Everything that keeps a definition from being published, and what may be an oversight. */
export async function findings(parts: HttpParts, definition: object): Promise<Omit<Verdict, 'flow'>> {
  const { faults, warnings } = await judge(parts, definition);
  const message = regionFault(parts, 'region' in definition ? definition.region : undefined);
  return { faults: message === null ? faults : [...faults, { path: 'region', message }], warnings };
}

/** What may be published. @throws HttpError that lists every fault with its path. */
export async function checked(
  parts: HttpParts,
  definition: unknown,
): Promise<Readonly<{ flow: Flow; warnings: readonly Fault[] }>> {
  const { flow, faults, warnings } = await judge(parts, definition);
  if (faults.length > 0) throw wrongShape(faults, 'invalid-flow');
  const message = regionFault(parts, flow.region);
  if (message !== null) throw new HttpError('region-refused', message);
  return { flow, warnings };
}

function regionFault({ settings }: HttpParts, region: unknown): string | null {
  if (settings.region === null || region === settings.region || (region !== 'eu' && region !== 'us')) return null;
  return `This server serves the region ${settings.region}; publish the agent on one of ${region}.`;
}
