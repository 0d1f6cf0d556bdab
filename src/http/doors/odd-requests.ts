import type { FastifyInstance } from 'fastify';
import { errorBody } from '../../contract/errors.ts';
import { HttpError } from '../http-error.ts';

/** Answers in the contract's form what Node by itself would answer with an empty body, before any route. */
export function answerOddRequests(server: FastifyInstance): void {
  server.server.on('checkExpectation', (_request, response) => {
    const said = errorBody('expectation-failed', 'Only Expect: 100-continue is understood here; leave the header out.');
    response.statusCode = said.statusCode;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('connection', 'close');
    response.end(JSON.stringify(said));
  });
  // Node refuses these itself unless it is told that we do; the type does not name the field that it keeps this in.
  Object.assign(server.server, { requireHostHeader: false });
  server.addHook('onRequest', (request, _reply, next) => {
    const isWanted = request.raw.httpVersion === '1.1' && request.raw.headers.host === undefined;
    next(isWanted ? new HttpError('bad-request', 'Send the header Host, as HTTP/1.1 wants it.') : undefined);
  });
}
