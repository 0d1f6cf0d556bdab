import type { Route } from '../route.ts';
import { AuditList, AuditQuery, KeyList, KeyRequest, NewKeyAnswer, RotateRequest } from './keys.ts';

const bodyErrors = ['bad-json', 'wrong-shape', 'body-too-large', 'media-type'] as const;

const owner = ['owner'] as const;

export const keyRoutes = {
  listKeys: {
    method: 'GET',
    path: '/keys',
    access: ['manage'],
    roles: owner,
    tag: 'Keys',
    summary: 'The keys, those that open nothing any more included. Never a key itself.',
    answer: KeyList,
    errors: [],
  },
  makeKey: {
    method: 'POST',
    path: '/keys',
    access: ['manage'],
    roles: owner,
    audited: 'each',
    tag: 'Keys',
    summary: 'Makes a key, which is shown only now. Nobody can give what their own key does not have.',
    body: KeyRequest,
    answer: NewKeyAnswer,
    errors: [...bodyErrors, 'scope-exceeded', 'too-many-keys'],
  },
  rotateKey: {
    method: 'POST',
    path: '/keys/{key_id}/rotate',
    access: ['manage'],
    roles: owner,
    audited: 'each',
    tag: 'Keys',
    summary: 'Makes a key with the same label, scopes and limit; the old one goes on until the overlap is over.',
    body: RotateRequest,
    answer: NewKeyAnswer,
    errors: [...bodyErrors, 'scope-exceeded', 'key-not-found', 'key-state', 'too-many-keys'],
  },
  revokeKey: {
    method: 'DELETE',
    path: '/keys/{key_id}',
    access: ['manage'],
    roles: owner,
    audited: 'each',
    tag: 'Keys',
    summary: 'The key opens nothing any more, within a second.',
    answer: 'nothing',
    errors: ['scope-exceeded', 'key-not-found', 'last-key'],
  },
  listAudit: {
    method: 'GET',
    path: '/audit',
    access: ['manage'],
    roles: owner,
    tag: 'Keys',
    summary: 'Who called what that manages, newest first. Entries are kept for a year.',
    query: AuditQuery,
    answer: AuditList,
    errors: ['wrong-shape'],
  },
} as const satisfies Record<string, Route>;
