import type { Static, TSchema } from 'typebox';
import type { routes } from '../../../contract/routes.ts';
import { type Call, calls } from './calls.ts';

type AnswerSchema<Name extends Call> = (typeof routes)[Name]['answer'];

/** What a call gives when it succeeds. */
export type AnswerTo<Name extends Call> =
  AnswerSchema<Name> extends TSchema ? Static<AnswerSchema<Name>> : AnswerSchema<Name> extends 'text' ? string : null;

/** A fault of what was sent, and where it is. */
export type Fault = Readonly<{ path: string; message: string }>;

/** Why a call did not succeed. Unreachable: asking again may help. The message is the server's own sentence. */
export type Failure =
  | Readonly<{ kind: 'signed-out' }>
  | Readonly<{ kind: 'unreachable' }>
  | Readonly<{
      kind: 'refused';
      status: number;
      code: string;
      message: string;
      faults: readonly Fault[];
      /** How long to wait before another try, where the server says so. */
      retryAfterSeconds: number | null;
      /** The whole answer, for what a code has of its own. */
      body: Readonly<Record<string, unknown>>;
    }>;

export type Answer<Body> = Readonly<{ kind: 'ok'; body: Body }> | Failure;

export type Asked = Readonly<{
  /** Fills the path. */
  path?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: object;
  /** A file in the place of the body. */
  file?: Blob;
  signal?: AbortSignal;
}>;

/** Asks for a sign-in. @returns whether the same person is back. */
type AskBack = () => Promise<boolean>;

let askBack: AskBack = async () => false;

/** Says what is done when a call finds that nobody is signed in any more. @returns how to stop. */
export function onSignedOut(asked: AskBack): () => void {
  askBack = asked;
  return () => {
    askBack = async () => false;
  };
}

/**
 * Makes a call of the public API, as whoever is signed in. It never throws, except when its signal was aborted. A call that
 * nobody was let in for has changed nothing; it waits for the same person to come back, and is made again then.
 */
export async function ask<Name extends Call>(name: Name, asked: Asked = {}): Promise<Answer<AnswerTo<Name>>> {
  const answer = await askAt<AnswerTo<Name>>(calls[name], asked);
  if (answer.kind !== 'signed-out' || !(await askBack())) return answer;
  return askAt<AnswerTo<Name>>(calls[name], asked);
}

/** The same of a call by its method and path. Where nobody is signed in, only the answer says so. */
export async function askAt<Body>(line: string, asked: Asked = {}): Promise<Answer<Body>> {
  const [method = '', form = ''] = line.split(' ');
  return (await send(method, addressOf(form, asked), asked)) as Answer<Body>;
}

export function addressOf(form: string, { path = {}, query = {} }: Asked): string {
  const filled = form.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name] ?? '')));
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length === 0 ? filled : `${filled}?${new URLSearchParams(given)}`;
}

async function send(method: string, address: string, { body, file, signal }: Asked): Promise<Answer<unknown>> {
  const headers = file
    ? { 'content-type': file.type || 'application/octet-stream' }
    : body && { 'content-type': 'application/json' };
  const content = file ?? (body && JSON.stringify(body));
  try {
    const answer = await fetch(address, {
      method,
      ...(headers && { headers }),
      ...(content && { body: content }),
      ...(signal && { signal }),
    });
    return await read(answer);
  } catch (error) {
    if (signal?.aborted) throw error;
    return { kind: 'unreachable' };
  }
}

async function read(answer: Response): Promise<Answer<unknown>> {
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  const body: unknown = text === '' ? null : isJson ? JSON.parse(text) : text;
  if (answer.ok) return { kind: 'ok', body };
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unreachable' };
  const said = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { code = '', message = '', faults = [] } = said as { code?: string; message?: string; faults?: Fault[] };
  const wait = Number(answer.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(wait) ? wait : null;
  // Without a cookie the door asks for a key; for a page both mean that nobody is signed in.
  if (answer.status === 401 && (code === 'signed-out' || code === 'key-missing')) return { kind: 'signed-out' };
  return { kind: 'refused', status: answer.status, code, message, faults, retryAfterSeconds, body: said };
}
