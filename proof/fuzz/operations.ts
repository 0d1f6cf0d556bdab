import Schema from 'typebox/schema';
import {
  DeskConversation,
  DeskLiveAgentMessage,
  DeskMe,
  DeskStory,
  DeskSync,
  deskApi,
  deskPaths,
  SayRequest,
} from '../../src/contract/desk-api.ts';
import { ErrorBody } from '../../src/contract/errors.ts';
import { EndedCall, InboundCall, StartCall, StatusCall } from '../../src/contract/received-calls.ts';

export type Json = Readonly<Record<string, unknown>>;

/** How an answer with a status is to look: of a schema, of no JSON, or anything that is said elsewhere. */
export type Form = Readonly<{ check: ((body: unknown) => boolean) | null; type: 'json' | 'text' | 'none' | 'stream' }>;

/** One call that can be made, from the router's own description or the desk's contract. */
export type Operation = Readonly<{
  id: string;
  method: string;
  path: string;
  /** What paths of it look like. */
  form: RegExp;
  parameters: readonly string[];
  query: readonly Readonly<{ name: string; schema: Json }>[];
  body: Json | null;
  access: 'key' | 'session' | 'anybody' | 'cookie' | 'signature';
  isIdempotent: boolean;
  /** By status; what is not here is not documented. */
  answers: ReadonlyMap<number, Form>;
}>;

const accessBy: Readonly<Record<string, Operation['access']>> = { '': 'anybody', session: 'session', person: 'cookie' };

const formOf = (path: string): RegExp => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
const parametersOf = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

function checkOf(schema: unknown): (body: unknown) => boolean {
  const validator = Schema.Compile(schema as never);
  return (body) => validator.Check(body);
}

type Described = Readonly<{
  operationId: string;
  security?: readonly Json[];
  parameters: readonly Readonly<{ name: string; in: string; schema: Json }>[];
  requestBody?: Readonly<{ content: Readonly<Record<string, { schema: Json }>> }>;
  responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema?: Json }>> }>>;
}>;

/** @param document the router's `/openapi.json`. */
export function routerOperations(document: Json): readonly Operation[] {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Described>>>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]): Operation => {
      const { parameters, security = [] } = described;
      const scheme = Object.keys(security[0] ?? {})[0];
      return {
        id: described.operationId,
        method: method.toUpperCase(),
        path,
        form: formOf(path),
        parameters: parametersOf(path),
        query: parameters.filter((one) => one.in === 'query'),
        body: described.requestBody?.content['application/json']?.schema ?? null,
        access: accessBy[scheme ?? ''] ?? 'key',
        isIdempotent: parameters.some(({ name }) => name === 'Idempotency-Key'),
        answers: new Map(Object.entries(described.responses).map(([status, answer]) => [Number(status), form(answer)])),
      };
    }),
  );
}

function form({ content = {} }: Described['responses'][string]): Form {
  const [type] = Object.keys(content);
  if (type === undefined) return { check: null, type: 'none' };
  const schema = content[type]?.schema;
  if (type !== 'application/json' || schema === undefined) return { check: null, type: 'text' };
  return { check: '$ref' in schema ? errorCheck : checkOf(schema), type: 'json' };
}

const plain = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key.startsWith('~') ? undefined : value))) as Json;

/** Whether a body is an error of the contract. */
export const errorCheck = checkOf(plain(ErrorBody));

const bodies: Readonly<Record<string, unknown>> = { say: SayRequest };
const given: Readonly<Record<string, unknown>> = {
  ...{ me: DeskMe, sync: DeskSync, story: DeskStory },
  ...{ take: DeskConversation, end: DeskConversation, say: DeskLiveAgentMessage },
};
const hookBodies = { start: StartCall, inbound: InboundCall, status: StatusCall, ended: EndedCall };

const refusals: readonly (readonly [number, Form])[] = [
  400, 401, 403, 404, 408, 409, 410, 413, 415, 417, 422, 429, 431,
].map((status) => [status, { check: errorCheck, type: 'json' }]);

/** Calls that only a desk has which is a program of its own. */
const ownAccounts: readonly string[] = ['signIn', 'signInByLink', 'makeOwner'] satisfies (keyof typeof deskApi)[];

/** What the pages of the built-in desk ask, and what the router calls there: no part of the OpenAPI document. */
export function deskOperations(): readonly Operation[] {
  const calls = Object.entries(deskApi).filter(([name]) => !ownAccounts.includes(name));
  const api = calls.map(([name, { method, path }]): Operation => {
    const schema = given[name];
    const answer: Form = schema === undefined ? nothing(name) : { check: checkOf(plain(schema)), type: 'json' };
    return {
      ...operation(`desk.${name}`, method, `${deskPaths.api}${path}`, bodies[name]),
      access: 'cookie',
      query: ['sync', 'stream'].includes(name)
        ? [{ name: 'after', schema: { type: 'string', pattern: '^[0-9]{1,3}$' } }]
        : [],
      answers: new Map([[schema === undefined && name !== 'stream' ? 204 : 200, answer], ...refusals]),
    };
  });
  const hooks = Object.entries(hookBodies).map(([name, body]): Operation => {
    const answers = new Map([[200, { check: checkOf({ type: 'object' }), type: 'json' } as Form], ...refusals]);
    return { ...operation(`hook.${name}`, 'POST', `${deskPaths.hooks}/${name}`, body), access: 'signature', answers };
  });
  return [...api, ...hooks];
}

const nothing = (name: string): Form => ({ check: null, type: name === 'stream' ? 'stream' : 'none' });

function operation(id: string, method: string, path: string, body: unknown): Omit<Operation, 'access' | 'answers'> {
  return {
    ...{ id, method, path, form: formOf(path), parameters: parametersOf(path), query: [], isIdempotent: false },
    body: body === undefined ? null : plain(body),
  };
}

/** The collection that a path parameter is taken from: `/deliveries` of `/deliveries/{delivery_id}/skip`. */
export const collectionOf = (path: string, parameter: string): string => path.slice(0, path.indexOf(`/{${parameter}}`));
