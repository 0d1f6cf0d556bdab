import { AnswerError } from '../contract/errors.ts';
import { type Fault, type Reading, sayFaults } from '../contract/shape.ts';
import type { Submitted } from '../engine/submission.ts';
import { deepestJson } from '../platform/json-depth.ts';

/** An error of the contract as the router throws it. */
export class HttpError extends AnswerError {
  override readonly name = 'HttpError';
}

export function wrongShape(faults: readonly Fault[], code: 'wrong-shape' | 'invalid-flow' = 'wrong-shape'): HttpError {
  return new HttpError(code, sayFaults(faults), { faults: [...faults] });
}

/** @throws HttpError with every fault when the value has the wrong shape. */
export function accept<Value>(reading: Reading<Value>): Value {
  if (!reading.ok) throw wrongShape(reading.faults);
  return reading.value;
}

export const sessionNotFound = (): HttpError =>
  new HttpError('session-not-found', 'There is no such session; check the id, or open one with POST /http/init.');

export const startingError = (): HttpError =>
  new HttpError('starting', 'The server is not ready yet; try again in a second.', {}, 1);

export const stoppingError = (): HttpError =>
  new HttpError('stopping', 'The server is stopping; try again in a moment.', {}, 1);

export const tooDeepError = (): HttpError =>
  new HttpError('too-deep', `The body is nested deeper than ${deepestJson} levels; send only the fields of this call.`);

export const overloadedError = (): HttpError =>
  new HttpError('overloaded', 'The server has more to do than it can; try again in a second.', {}, 1);

export const unavailableError = (): HttpError =>
  new HttpError(
    'unavailable',
    'The database did not confirm this; send the same again in a second, with its id or Idempotency-Key if it has one.',
    {},
    1,
  );

/** @param what was too much, as the beginning of a sentence. */
export function rateLimited(what: string, waitMs: number): HttpError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new HttpError('rate-limited', `${what}; try again in ${seconds} s.`, {}, seconds);
}

type Done = Extract<Submitted, { kind: 'done' }>;

/** @throws HttpError for everything but success. */
export function expectDone(submitted: Submitted): Done {
  switch (submitted.kind) {
    case 'done':
      return submitted;
    case 'refused': {
      const { code, message, owner, epoch } = submitted.refusal;
      throw new HttpError(code, message, { owner, ...(epoch === null ? {} : { epoch }) });
    }
    case 'not-found':
      throw sessionNotFound();
    case 'key-reused': {
      const message = 'This Idempotency-Key was used with another request in this session; use a new key.';
      throw new HttpError('key-reused', message);
    }
    case 'limited':
      throw rateLimited('Too many messages in this session', submitted.retryAfterMs);
    case 'overloaded':
      throw overloadedError();
    case 'stopping':
      throw stoppingError();
    case 'unavailable':
    case 'newer':
      throw unavailableError();
  }
}
