import { parentPort } from 'node:worker_threads';
import type { ReportStore, SessionFilter } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';

/** What the thread of long reads is asked. */
export type ReportQuestion = Readonly<{ number: number }> &
  (Readonly<{ kind: 'sessions'; filter: SessionFilter }> | Readonly<{ kind: 'report'; id: string }>);

export type ReportReply = Readonly<{ number: number; value?: unknown; error?: string; unavailable?: boolean }>;

/** Answers what is asked of this thread. */
export function answerReports(queries: ReportStore): void {
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
      (error: unknown) =>
        reply({
          error: error instanceof Error ? error.message : String(error),
          unavailable: error instanceof StoreUnavailableError,
        }),
    );
  });
}

function bytesIn(value: Awaited<ReturnType<ReportStore['sessions'] | ReportStore['report']>>): readonly Uint8Array[] {
  const bytes = value instanceof Uint8Array ? value : value?.reports;
  return bytes ? [bytes] : [];
}
