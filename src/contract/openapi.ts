import type { TSchema } from 'typebox';
import { ErrorBody, type ErrorCode, errorStatus } from './errors.ts';
import { type Access, type Route, rolesOf } from './route.ts';
import { routes } from './routes.ts';

type Json = Record<string, unknown>;

const jsonContent = (schema: unknown): Json => ({ 'application/json': { schema } });

/**
 * The OpenAPI 3.1 document of everything that `routes` lists. The socket is described in words, for OpenAPI cannot.
 * @param version of the program.
 */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [operation, route] of Object.entries(routes) as [string, Route][]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describe(operation, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version,
      description: `Live agent routing. The end user's socket is GET /http/{session_id}/socket with the subprotocols \`baton.v1\` and the session's token; its frames are described in docs/socket.md.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Error: plain(ErrorBody) },
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Vgai-Key' },
        person: {
          ...{ type: 'apiKey', in: 'cookie', name: 'baton_PORT' },
          description:
            "The cookie of a sign-in; its name bears the port of the server's address. From our own pages only.",
        },
        session: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
}

function describe(operationId: string, route: Route): Json {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const header = { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } };
  return {
    operationId,
    tags: [route.tag],
    summary: route.summary,
    ...descriptionOf(route),
    security: securityOf(route.access),
    parameters: [...names, ...queryParameters(route.query), ...(route.idempotent ? [header] : [])],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: bodyContent(route.body, route) } }),
    responses: { ...success(route), ...failures({ ...route, errors: [...route.errors, ...unread(route)] }) },
  };
}

function descriptionOf(route: Route): Json {
  if (route.browsers) return { description: 'Pages of any site may call it (CORS).' };
  if (route.signsIn) return { description: "It sets the cookie of a sign-in; called by the server's own pages." };
  const people = rolesOf(route);
  return people.length === 0 ? {} : { description: `People who may call it: ${people.join(', ')}.` };
}

function bodyContent(body: TSchema, { file }: Route): Json {
  const types = (file?.types ?? []).filter((type) => type !== 'application/json');
  const files = types.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]);
  return { ...jsonContent(plain(body)), ...Object.fromEntries(files) };
}

/**
 * What any call may be refused for before its own questions are asked. A body is read before it is known whether one is
 * wanted, so that goes for calls without one too.
 */
function unread({ method }: Route): readonly ErrorCode[] {
  const head: readonly ErrorCode[] = ['bad-request', 'media-type', 'expectation-failed'];
  return method === 'GET' ? head : [...head, 'bad-json', 'body-too-large'];
}

function securityOf(access: Access): readonly Json[] {
  if (access === 'anybody') return [];
  if (access === 'session') return [{ session: [] }];
  return access === 'person' ? [{ person: [] }] : [{ key: [] }, { person: [] }];
}

function queryParameters(query: TSchema | undefined): readonly Json[] {
  if (query === undefined) return [];
  const { properties } = plain(query) as { properties: Record<string, Json> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function success(route: Route): Json {
  if (route.answer === 'nothing') return { 204: { description: 'Done.' } };
  if (route.answer === 'redirect') return { 302: { description: 'Go on there.' } };
  if (route.answer === 'text') return { 200: { description: 'Done.', content: { 'text/plain': {} } } };
  return { 200: { description: 'Done.', content: jsonContent(plain(route.answer)) } };
}

function refusalsAtTheDoor({ access, method }: Route): readonly ErrorCode[] {
  if (access === 'anybody') return [];
  if (access === 'session') return ['token-missing', 'token-wrong', 'rate-limited'];
  const ofPeople: readonly ErrorCode[] = ['signed-out', ...(method === 'GET' ? [] : (['origin-refused'] as const))];
  if (access === 'person') return ofPeople;
  return ['key-missing', 'key-wrong', 'scope-missing', 'rate-limited', 'role-missing', ...ofPeople];
}

function failures(route: Route): Json {
  const access = refusalsAtTheDoor(route);
  const byStatus = new Map<number, ErrorCode[]>();
  const broken: readonly ErrorCode[] = ['bad-request', 'request-timeout', 'headers-too-large'];
  const always: readonly ErrorCode[] =
    route.path === '/health' ? broken : [...broken, 'starting', 'stopping', 'overloaded', 'unavailable'];
  for (const code of new Set([...access, ...route.errors, ...always])) {
    byStatus.set(errorStatus[code], [...(byStatus.get(errorStatus[code]) ?? []), code]);
  }
  const error = jsonContent({ $ref: '#/components/schemas/Error' });
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [status, { description: `Code: ${codes.join(', ')}.`, content: error }]),
  );
}

/** The schema as plain JSON Schema: without the library's own marks. */
function plain(schema: TSchema): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key.startsWith('~') ? undefined : value)).replaceAll(
      '"maxCodePoints"',
      '"maxLength"',
    ),
  );
}
