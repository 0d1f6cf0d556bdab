import { parentPort } from 'node:worker_threads';
import type { ReportStore, SessionFilter } from '../store.ts';
import { StoreUnavailableError } from '../unavailable.ts';

/** What the thread of long reads is asked. */
export type ReportQuestion = Readonly<{ number: number }> &
  (
    | Readonly<{ kind: 'sessions'; filter: SessionFilter }>
    | Readonly<{ kind: 'report'; id: string }>
    | Readonly<{ kind: 'endpoints'; limit: number }>
  );

export type ReportReply = Readonly<{ number: number; value?: unknown; error?: string; unavailable?: boolean }>;

/** Answers what is asked of this thread. */
export function answerReports(queries: ReportStore): void {
  parentPort?.on('message', (question: ReportQuestion) => {
    const answer = answerOf(queries, question);
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

type Answer = Awaited<ReturnType<ReportStore['sessions' | 'report' | 'endpoints']>>;

function answerOf(queries: ReportStore, question: ReportQuestion): Promise<Answer> {
  switch (question.kind) {
    case 'sessions':
      return queries.sessions(question.filter);
    case 'report':
      return queries.report(question.id);
    case 'endpoints':
      return queries.endpoints(question.limit);
  }
}

function bytesIn(value: Answer): readonly Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  const bytes = value !== null && 'reports' in value ? value.reports : null;
  return bytes === null ? [] : [bytes];
}
