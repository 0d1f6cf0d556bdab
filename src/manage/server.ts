import { Agent, request } from 'undici';
import type { ErrorBody } from '../contract/errors.ts';

/** It was not done; the message says why and what to do. */
export class ManageError extends Error {
  override readonly name = 'ManageError';
  /** 2 where the command line cannot be followed. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The server refused a call. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly body: Partial<ErrorBody>;

  constructor(message: string, body: Partial<ErrorBody>) {
    super(message);
    this.body = body;
  }
}

export type Call = Readonly<{
  method: 'GET' | 'POST';
  /** A field that the answer has when it is one of Baton's. */
  wants: string;
  path: string;
  body?: object;
  /** Sent as it is, instead of a body. */
  file?: Readonly<{ bytes: Uint8Array; type: string }>;
}>;

/** A running server, called with a key. @returns the answer's body. @throws CallError, or ManageError where nobody answers. */
export type Server = <Answer>(call: Call) => Promise<Answer>;

/** Longer than the server reads the largest file. */
const answerWithinMs = 90_000;

export function openServer(url: string, key: string): Server {
  // A command makes a few calls, and ends when they are answered: no connection is kept for more.
  const dispatcher = new Agent({ pipelining: 0, headersTimeout: answerWithinMs, bodyTimeout: answerWithinMs });
  return async <Answer>({ method, wants, path, body, file }: Call): Promise<Answer> => {
    const type = file?.type ?? (body && 'application/json');
    const headers = { 'x-vgai-key': key, ...(type !== undefined && { 'content-type': type }) };
    const sent = file?.bytes ?? (body && JSON.stringify(body)) ?? null;
    try {
      const answer = await request(`${url}${path}`, { method, headers, body: sent, dispatcher });
      const read = parse(await answer.body.text());
      const found = typeof read === 'object' && read !== null ? read : {};
      if (answer.statusCode === 200 && wants in found) return found as Answer;
      throw refusal(url, answer.statusCode, found);
    } catch (error) {
      if (error instanceof ManageError || error instanceof CallError) throw error;
      throw new ManageError(`Nobody answers at ${url} (${reasonOf(error)}); start the server, or give its --url.`);
    }
  };
}

/** What is no JSON is null, and no answer of Baton's. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function refusal(url: string, status: number, body: Partial<ErrorBody>): Error {
  if (typeof body.code !== 'string' || body.code === 'route-not-found') {
    return new ManageError(`What answers at ${url} is no Baton that knows this (${status}); give its --url.`);
  }
  if (status === 401)
    return new ManageError(`The server at ${url} does not know this key; give --key, or set BATON_KEY.`);
  return new CallError(body.message ?? `It was answered with ${status}.`, body);
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
