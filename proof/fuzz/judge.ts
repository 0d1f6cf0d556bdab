import { errorCheck, type Form, type Operation } from './operations.ts';
import type { Answer, Reply } from './wire.ts';

/** What is wrong: what kind of trouble, by which findings of the same kind are known, and a sentence. */
export type Trouble = Readonly<{ kind: string; text: string }>;

const trouble = (kind: string, text: string): Trouble => ({ kind, text });

export type Asked = Readonly<{ method: string; path: string; operation: Operation | null }>;

/** Which operation a request asks for, if any. */
export function operationFor(operations: readonly Operation[], method: string, path: string): Operation | null {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const [plain = ''] = path.split('?');
  return operations.find((one) => one.method === wanted && one.form.test(plain)) ?? null;
}

/** What is wrong with the answer to one request; null when nothing is. */
export function judge(asked: Asked, reply: Reply): Trouble | null {
  const name = asked.operation?.id ?? 'elsewhere';
  if (reply.late) return trouble(`late ${name}`, 'There was no answer in time.');
  const [answer] = reply.answers;
  if (answer === undefined) return trouble(`no answer ${name}`, 'The connection was closed without an answer.');
  return judgeAnswer(asked, answer);
}

export function judgeAnswer(asked: Asked, answer: Answer): Trouble | null {
  const { status, body } = answer;
  const name = asked.operation?.id ?? 'elsewhere';
  const said = `It answered ${status} ${answer.headers.get('content-type') ?? ''}: ${body.slice(0, 600)}`;
  if (status < 200 || status > 599) return trouble(`status ${status} ${name}`, said);
  if (status >= 500) return trouble(`${status} ${name}`, said);
  const isHead = asked.method === 'HEAD';
  if (status >= 400 && !isHead) {
    const wrong = errorTrouble(answer);
    // What HTTP itself refuses is refused before anybody asks for which operation.
    const where = status === 408 || status === 417 || status === 431 ? 'HTTP' : name;
    if (wrong !== null) return trouble(`${wrong} ${status} ${where}`, `${wrong}. ${said}`);
  }
  if (asked.operation === null) return null;
  const form = asked.operation.answers.get(status);
  if (form === undefined) return trouble(`undocumented ${status} ${name}`, `${status} is not documented. ${said}`);
  if (status >= 300 || isHead) return null;
  const wrong = formTrouble(form, answer);
  return wrong === null ? null : trouble(`${wrong} ${name}`, `${wrong}. ${said}`);
}

function errorTrouble({ status, headers, body }: Answer): string | null {
  if (!/^application\/json/.test(headers.get('content-type') ?? '')) return 'The error is no JSON';
  const error = read(body) as { statusCode?: unknown; message?: unknown };
  if (!errorCheck(error)) return 'The error does not have the form of the contract';
  if (error.statusCode !== status) return 'The error names another status';
  return /\S.*[.!?]$/s.test(String(error.message)) ? null : 'The message is no sentence';
}

function formTrouble({ type, check }: Form, { headers, body }: Answer): string | null {
  const given = headers.get('content-type') ?? '';
  if (type === 'none') return body === '' ? null : 'There is a body where none is described';
  if (type === 'text') return given.startsWith('text/plain') ? null : 'The answer is no text';
  if (type === 'stream') return given.startsWith('text/event-stream') ? null : 'The answer is no stream';
  if (!given.startsWith('application/json')) return 'The answer is no JSON';
  return check === null || check(read(body)) ? null : 'The answer does not have the form that is described';
}

function read(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
