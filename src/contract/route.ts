import type { TSchema } from 'typebox';
import type { ErrorCode } from './errors.ts';
import { type Role, roles } from './people/roles.ts';

export const scopes = ['init', 'live-agent', 'manage', 'read'] as const;
export type Scope = (typeof scopes)[number];

/**
 * Who may call: a key with one of these scopes, or a signed-in person of a role that has them; any signed-in person, but no
 * key; the session's own token; or anybody.
 */
export type Access = readonly Scope[] | 'person' | 'session' | 'anybody';

/** One call of the HTTP surface. Paths use `{name}`; 401 and 403 follow from `access`, 500 and 503 may always come. */
export type Route = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  access: Access;
  /** The people who may call, where it is not those that follow from `access`. */
  roles?: readonly Role[];
  /** It signs somebody in: strangers call it, from our own pages only, and each network has little room for it. */
  signsIn?: true;
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
  answer: TSchema | 'text' | 'nothing' | 'redirect';
  errors: readonly ErrorCode[];
}>;

const rolesWith: Readonly<Record<Scope, readonly Role[]>> = {
  init: ['owner', 'designer'],
  'live-agent': ['owner', 'designer', 'supervisor', 'live-agent'],
  manage: ['owner', 'designer'],
  read: ['owner', 'designer', 'supervisor', 'viewer'],
};

/** The people who may make a call; none where it is not for people. */
export function rolesOf({ access, roles: named }: Pick<Route, 'access' | 'roles'>): readonly Role[] {
  if (named !== undefined) return named;
  if (access === 'person') return roles;
  if (typeof access === 'string') return [];
  return roles.filter((role) => access.some((scope) => rolesWith[scope].includes(role)));
}
