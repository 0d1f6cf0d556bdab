import type { TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';

export const scopes = ['init', 'live-agent', 'manage', 'read'] as const;
export type Scope = (typeof scopes)[number];

/** Who may call: a key with one of these scopes, the session's own token, or anybody. */
export type Access = readonly Scope[] | 'session' | 'anybody';

/** One call of the HTTP surface. Paths use `{name}`; 401 and 403 follow from `access`, 500 and 503 may always come. */
export type Route = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  access: Access;
  /** That the audit log tells of it: it changes something with the scope `manage`, or shows secrets. Programs poll some. */
  audited?: 'each' | 'hourly';
  tag: string;
  summary: string;
  query?: TSchema;
  body?: TSchema;
  /** The body is a file of one of these types, read as it is and of at most so many bytes; `body` is its form as JSON. */
  file?: Readonly<{ types: readonly string[]; most: number }>;
  /** Whether `Idempotency-Key` is honoured. */
  idempotent?: true;
  /** Whether pages of any site may call it. Keys do not belong into browsers, so no route with a key is one of these. */
  browsers?: true;
  answer: TSchema | 'text' | 'nothing';
  errors: readonly ErrorCode[];
}>;
