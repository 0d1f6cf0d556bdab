import { parentPort, workerData } from 'node:worker_threads';
import { openSqlite } from '../platform/sqlite.ts';
import { reportQueries } from './report-queries.ts';
import type { SessionFilter } from './store.ts';

/** The thread of long reads: it has a connection of its own and answers one question after the other. */
export type ReportQuestion = Readonly<{ number: number }> &
  (Readonly<{ kind: 'sessions'; filter: SessionFilter }> | Readonly<{ kind: 'log'; id: string }>);

export type ReportReply = Readonly<{ number: number; value?: unknown; error?: string }>;

const queries = reportQueries(openSqlite(String(workerData), true));

parentPort?.on('message', (question: ReportQuestion) => {
  const answer = question.kind === 'sessions' ? queries.sessions(question.filter) : queries.log(question.id);
  const reply = (rest: Omit<ReportReply, 'number'>): void =>
    parentPort?.postMessage({ number: question.number, ...rest } satisfies ReportReply);
  answer.then(
    (value) => reply({ value }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
