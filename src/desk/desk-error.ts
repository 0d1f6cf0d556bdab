import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { AnswerError, type ErrorCode, errorBody, errorStatus } from '../contract/errors.ts';
import { type Reading, sayFaults } from '../contract/shape.ts';
import { deepestJson, isTooDeep } from '../platform/json-depth.ts';
import { type Log, whereItArose } from '../platform/log.ts';

/** An error in the form of contract 4 as the desk throws it. */
export class DeskError extends AnswerError {
  override readonly name = 'DeskError';
}

/** @throws DeskError with every fault when the value has the wrong shape. */
export function accept<Value>(reading: Reading<Value>): Value {
  if (reading.ok) return reading.value;
  throw new DeskError('wrong-shape', sayFaults(reading.faults), { faults: [...reading.faults] });
}

export const tooDeepError = (): DeskError =>
  new DeskError('too-deep', `The body is nested deeper than ${deepestJson} levels; send only the fields of this call.`);

/** @throws DeskError when the text is no JSON or nested too deeply. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) throw tooDeepError();
  try {
    return JSON.parse(text);
  } catch {
    throw new DeskError('bad-json', 'The body is no JSON; send one JSON object.');
  }
}

const codeOfFastify: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: ['bad-json', 'The body is no JSON; send one JSON object.'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'The body is too large; send less at once.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media-type', 'Send the body as application/json.'],
  FST_ERR_BAD_URL: ['bad-request', 'The URL cannot be decoded; write % as %25.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad-request', 'The Content-Length does not fit the body.'],
};

/** What writes every error of the desk. */
export function errorWriter(log: Log): (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const { code, message, details, retryAfterSeconds } = asDeskError(error, request, log);
    if (retryAfterSeconds !== null) reply.header('retry-after', retryAfterSeconds);
    return reply.code(errorStatus[code]).send(errorBody(code, message, details));
  };
}

function asDeskError(error: unknown, request: FastifyRequest, log: Log): AnswerError {
  // Also what the server around the desk throws before a request reaches it.
  if (error instanceof AnswerError) return error;
  const { code = '', statusCode = 500, name = 'Error' } = error as Partial<FastifyError>;
  const route = request.routeOptions.url ?? 'unknown';
  // A database that was closed meanwhile is an invalid state, not an error of SQLite.
  if (code === 'ERR_SQLITE_ERROR' || code === 'ERR_INVALID_STATE') {
    log.error({ route, error: name, code }, "The desk's database does not answer.");
    const message = "The desk's database does not take this now; nothing was changed. Try again in a second.";
    return new DeskError('unavailable', message, {}, 1);
  }
  const known = codeOfFastify[code];
  if (known !== undefined) return new DeskError(...known);
  // The JSON parser's own refusals (a poisoned prototype, for one) come as 400 without a code of the framework.
  if (statusCode === 400) return new DeskError('bad-json', 'The body is no JSON that is taken here.');
  if (statusCode > 400 && statusCode < 500) return new DeskError('bad-request', 'The request cannot be read.');
  log.error({ route, error: name, code, stack: whereItArose(error) }, 'A request failed.');
  return new DeskError('internal', 'Something went wrong at the desk; try again, or read its log.');
}
