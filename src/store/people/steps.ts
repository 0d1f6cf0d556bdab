export type Row = Readonly<Record<string, unknown>>;

/** A statement that both engines know, with its values for $1, $2, … */
export type Statement = readonly [text: string, ...values: readonly (string | number | null)[]];

/**
 * Work on the database as the statements that it asks, one after the other, each given the rows of the one before. So it
 * is written once for both engines, though one of them answers at once and the other does not.
 */
export type Steps<Result> = Generator<Statement, Result, readonly Row[]>;

export type Engine = Readonly<{
  /** Statements that change nothing. */
  read: <Result>(steps: Steps<Result>) => Promise<Result>;
  /** One transaction, which waits for other changes of people; flushed when it resolves. */
  change: <Result>(steps: Steps<Result>) => Promise<Result>;
  /** The same without the flush: what a power cut takes is made up for later. */
  note: (steps: Steps<void>) => Promise<void>;
}>;

/** Takes the steps where an answer is there at once. */
export function takeSteps<Result>(steps: Steps<Result>, answer: (statement: Statement) => readonly Row[]): Result {
  let next = steps.next();
  while (next.done !== true) next = steps.next(answer(next.value));
  return next.value;
}

/** Takes the steps where answers come later. What an answer throws ends them. */
export async function followSteps<Result>(
  steps: Steps<Result>,
  answer: (statement: Statement) => Promise<readonly Row[]>,
): Promise<Result> {
  let next = steps.next();
  while (next.done !== true) next = steps.next(await answer(next.value));
  return next.value;
}
