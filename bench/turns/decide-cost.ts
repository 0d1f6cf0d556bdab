import { decide } from '../../src/core/decide.ts';
import type { Flow } from '../../src/core/flow/flow.ts';
import { begin } from '../../src/core/session.ts';
import { createUnderstanding } from '../../src/skills/understanding/understanding.ts';
import { tenNodes } from './flows.ts';

const sessionId = '01890000-0000-7000-8000-000000000001';

/** CPU of deciding a turn through ten nodes, µs: reading the words included; no server, no store, no socket. */
export function decideCost(turns: number): number {
  const flow = tenNodes.flow as Flow;
  const understanding = createUnderstanding();
  const more = { virtualAgentId: 'a', flowVersion: 1, expiresAt: 86_400_000, parameters: {} };
  let session = begin({ kind: 'session-started', seq: 1, at: 0, sessionId, ...more });
  session = decide(flow, session, { kind: 'connect-socket' }, 0, understanding).session;
  const take = (n: number): void => {
    const text = `could you please send ${n % 97} more to the old harbour by tomorrow evening`;
    const command = { kind: 'say', messageId: `m${n}`, clientId: `c${n}`, text } as const;
    const decision = decide(flow, session, command, n, understanding);
    const entered = decision.events.filter(({ kind }) => kind === 'node-entered').length;
    if (entered !== 10) throw new Error(`A turn led through ${entered} nodes.`);
    session = decision.session;
  };
  for (let n = 0; n < turns / 4; n += 1) take(n);
  const before = process.cpuUsage();
  for (let n = 0; n < turns; n += 1) take(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / turns;
}
