// The desk that goes away and the sessions that wait for it, in a process of their own: what they do at its return must
// not hold up those who measure. It is told what to do by its parent, and answers each word when it is done.
import { setTimeout as shortly } from 'node:timers/promises';
import { systemClock } from '../../src/platform/clock.ts';
import { stopwatch } from '../../src/platform/stopwatch.ts';
import type { Fault } from '../../src/replay/checklist.ts';
import { ServerClient } from '../../src/replay/server-client.ts';
import { Desk } from './desk.ts';
import { handOverAll, PlayedSession, publish } from './session.ts';
import { allComplete } from './steady-load.ts';
import type { Answers, Word } from './waiting.ts';

const virtualAgentId = 'outage-waiting';
const mostFaults = 10;
/** How much of the outage the last message of each session is written in. */
const lastShare = 0.05;

const sessions: PlayedSession[] = [];
const bySession = new Map<string, PlayedSession>();
const faults: Fault[] = [];
/** When each message arrived, on the stopwatch. */
const arrivals: number[] = [];
let faulty = 0;
let client: ServerClient | null = null;
let returnedAt = 0;

const report = (fault: Fault): void => {
  faulty += 1;
  if (faults.length < mostFaults) faults.push(fault);
};
const desk = new Desk((call) => {
  const session = bySession.get(String(call.body.sessionId));
  if (session !== undefined) return session.hearAtDesk(call);
  report({ where: 'at the desk that was away', expected: 'sessions of its own', got: String(call.body.sessionId) });
  return 404;
});

const answers: Answers = {
  open: async ({ url, key, count }) => {
    client = new ServerClient({ url, key, clock: systemClock(), connections: 20, patienceMs: 60_000 });
    desk.trust(await publish(client, virtualAgentId, await desk.open()));
    const onArrival = (): unknown => arrivals.push(stopwatch());
    for (let index = 0; index < count; index += 1) {
      sessions.push(new PlayedSession({ client, virtualAgentId, report, onArrival }));
    }
    await handOverAll(sessions, (session) => bySession.set(session.id, session));
  },
  outage: async ({ ms, messages, moods }) => {
    const written = Promise.all(sessions.map((session, index) => write(session, index, { ms, messages })));
    for (const mood of moods) {
      await desk.become(mood);
      await shortly(ms / moods.length);
    }
    await written;
    await desk.become('well');
    returnedAt = stopwatch();
    return { arrivedBefore: arrivals.length, taken: desk.taken };
  },
  arrive: async ({ patienceMs }) => {
    await allComplete(sessions, patienceMs);
    const [half, last] = [arrivals[arrivals.length >> 1], arrivals.at(-1)];
    return { halfMs: (half ?? returnedAt) - returnedAt, allMs: (last ?? returnedAt) - returnedAt };
  },
  finish: async () => {
    for (const session of sessions) session.leave();
    await client?.close();
    await desk.close();
    const sum = (of: (session: PlayedSession) => number): number =>
      sessions.reduce((total, session) => total + of(session), 0);
    return {
      ...{ written: sum(({ sent }) => sent), accepted: sum(({ accepted }) => accepted) },
      ...{ arrived: sum(({ arrived }) => arrived), repeats: sum(({ repeats }) => repeats) },
      ...{ unsigned: desk.unsigned, faulty, faults },
    };
  },
};

/** Writes a session's messages, spread over the outage, the last of them shortly before its end. */
async function write(
  session: PlayedSession,
  index: number,
  { ms, messages }: Readonly<{ ms: number; messages: number }>,
): Promise<void> {
  const startedAt = stopwatch();
  // A share of its own for each session, so that they do not write all at once.
  const own = (index + 0.5) / sessions.length;
  for (let message = 1; message <= messages; message += 1) {
    const share = message === messages ? 1 - lastShare * own : ((message - 1 + own) / messages) * (1 - lastShare);
    await shortly(Math.max(0, startedAt + share * ms - stopwatch()));
    session.say(`End user ${index} waits and writes for the ${message}. time.`);
  }
}

process.on('message', (word: Word) => {
  const answer = answers[word.name] as (options: unknown) => Promise<unknown>;
  void answer(word.options).then((value) => {
    process.send?.({ name: word.name, value });
    if (word.name === 'finish') process.disconnect();
  });
});
