import type { FastifyInstance } from 'fastify';
import { errorBody } from '../../contract/errors.ts';

/** Answers in the contract's form what Node by itself would answer with an empty body, before any route. */
export function answerOddRequests(server: FastifyInstance): void {
  server.server.on('checkExpectation', (_request, response) => {
    const said = errorBody('expectation-failed', 'Only Expect: 100-continue is understood here; leave the header out.');
    response.statusCode = said.statusCode;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('connection', 'close');
    response.end(JSON.stringify(said));
  });
}
