import { parentPort, workerData } from 'node:worker_threads';
import { openSqlite } from '../../platform/sqlite.ts';
import type { ReportStore, SessionFilter } from '../store.ts';
import { reportQueries } from './report-queries.ts';

/** The thread of long reads: it has a connection of its own and answers one question after the other. */
export type ReportQuestion = Readonly<{ number: number }> &
  (Readonly<{ kind: 'sessions'; filter: SessionFilter }> | Readonly<{ kind: 'report'; id: string }>);

export type ReportReply = Readonly<{ number: number; value?: unknown; error?: string }>;

const queries = reportQueries(openSqlite(String(workerData), true));

parentPort?.on('message', (question: ReportQuestion) => {
  const answer = question.kind === 'sessions' ? queries.sessions(question.filter) : queries.report(question.id);
  const reply = (rest: Omit<ReportReply, 'number'>, bytes: readonly Uint8Array[] = []): void => {
    const message = { number: question.number, ...rest } satisfies ReportReply;
    // Handed over, not copied.
    parentPort?.postMessage(
      message,
      bytes.map(({ buffer }) => buffer as ArrayBuffer),
    );
  };
  answer.then(
    (value) => reply({ value }, bytesIn(value)),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});

function bytesIn(value: Awaited<ReturnType<ReportStore['sessions'] | ReportStore['report']>>): readonly Uint8Array[] {
  const bytes = value instanceof Uint8Array ? value : value?.reports;
  return bytes ? [bytes] : [];
}
