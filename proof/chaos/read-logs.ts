import type { Caller } from './caller.ts';
import type { LogEvent, SessionRecord } from './record.ts';

const readersAtOnce = 8;
const pageSize = 1_000;

/** Reads what the program has on record in the end: every log, and the calls that it gave up. */
export async function readLogs(caller: Caller, sessions: readonly SessionRecord[]): Promise<void> {
  const left = [...sessions];
  const reader = async (): Promise<void> => {
    for (let session = left.pop(); session !== undefined; session = left.pop()) {
      session.log = await readLog(caller, session.id);
    }
  };
  await Promise.all(Array.from({ length: readersAtOnce }, reader));
  const dead = await readDead(caller);
  for (const session of sessions) session.dead = dead.get(session.id) ?? [];
}

async function readLog(caller: Caller, id: string): Promise<readonly LogEvent[]> {
  const log: LogEvent[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const { status, body } = await caller.stubborn('GET', `/sessions/${id}/events?after=${after}&limit=${pageSize}`);
    // Nothing was said in a session that was handed out and never begun.
    if (status === 404) return [];
    log.push(...(body.events as LogEvent[]));
    after = body.next_after as number | null;
  }
  return log;
}

async function readDead(caller: Caller): Promise<ReadonlyMap<string, string[]>> {
  const dead = new Map<string, string[]>();
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after === '' ? '' : `&after=${after}`;
    const { body } = await caller.stubborn('GET', `/deliveries?state=dead&limit=${pageSize}${from}`);
    for (const { id, session_id } of body.deliveries as { id: string; session_id: string }[]) {
      dead.set(session_id, [...(dead.get(session_id) ?? []), id]);
    }
    after = body.next_after as string | null;
  }
  return dead;
}
