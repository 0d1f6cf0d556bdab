import Type, { type Static } from 'typebox';

/** Every error code on the wire and its HTTP status (contract 4). */
export const errorStatus = {
  'bad-json': 400,
  'bad-request': 400,
  'key-missing': 401,
  'key-wrong': 401,
  'token-missing': 401,
  'token-wrong': 401,
  'signed-out': 401,
  'sign-in-failed': 401,
  'link-used': 401,
  'signature-wrong': 401,
  'scope-missing': 403,
  'scope-exceeded': 403,
  'role-missing': 403,
  'origin-refused': 403,
  'host-refused': 403,
  'agent-not-found': 404,
  'version-not-found': 404,
  'draft-not-found': 404,
  'session-not-found': 404,
  'delivery-not-found': 404,
  'key-not-found': 404,
  'person-not-found': 404,
  'template-not-found': 404,
  'conversation-not-found': 404,
  'route-not-found': 404,
  'method-not-allowed': 405,
  'request-timeout': 408,
  'session-ended': 409,
  'wrong-owner': 409,
  'wrong-epoch': 409,
  'version-overtaken': 409,
  'draft-overtaken': 409,
  'start-owed': 409,
  'delivery-state': 409,
  'key-state': 409,
  'last-key': 409,
  'last-owner': 409,
  'email-taken': 409,
  'too-many-keys': 409,
  ended: 409,
  'not-yours': 409,
  'body-too-large': 413,
  'media-type': 415,
  'expectation-failed': 417,
  'wrong-shape': 422,
  'invalid-flow': 422,
  'import-refused': 422,
  'key-reused': 422,
  'media-refused': 422,
  'parameter-reserved': 422,
  'parameter-wrong-shape': 422,
  'too-many-parameters': 422,
  'too-deep': 422,
  'too-much': 422,
  'seq-unknown': 422,
  'region-refused': 422,
  'rate-limited': 429,
  'headers-too-large': 431,
  internal: 500,
  starting: 503,
  stopping: 503,
  overloaded: 503,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

const names: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const ErrorBody = Type.Object(
  {
    statusCode: Type.Integer(),
    error: Type.String(),
    code: Type.String({ description: 'Stable; meant for programs.' }),
    message: Type.String({ description: 'A sentence that says what to do; meant for people.' }),
    owner: Type.Optional(
      Type.Union([Type.Literal('virtual_agent'), Type.Literal('live_agent'), Type.Literal('nobody')], {
        description: 'On 409: who owns the session.',
      }),
    ),
    epoch: Type.Optional(Type.Integer({ description: 'On 409: the handoff that owns the session.' })),
    version: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], {
        description: 'On version-overtaken: the published version; null where none is.',
      }),
    ),
    revision: Type.Optional(
      Type.Union([Type.Integer(), Type.Null()], {
        description: "On draft-overtaken: the draft's revision; null where there is no draft.",
      }),
    ),
    signInAt: Type.Optional(
      Type.String({ description: 'On signed-out at the built-in desk: where one signs in, if not there.' }),
    ),
    faults: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  { description: 'Every error has this form.' },
);

export type ErrorBody = Static<typeof ErrorBody>;

/** The further fields that some errors carry. */
export type ErrorDetails = Pick<ErrorBody, 'owner' | 'epoch' | 'version' | 'revision' | 'signInAt' | 'faults'>;

export function errorBody(code: ErrorCode, message: string, details: ErrorDetails = {}): ErrorBody {
  const statusCode = errorStatus[code];
  return { statusCode, error: names[statusCode] ?? 'Error', code, message, ...details };
}

/** An answer that is an error of the contract. Thrown by handlers, written by the server. */
export class AnswerError extends Error {
  override readonly name: string = 'AnswerError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, retryAfterSeconds: number | null = null) {
    super(message);
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The error for a request that never became one. @param code what Node calls the trouble. */
export function brokenRequest(code: string): ErrorBody {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return errorBody('headers-too-large', 'The URL and the headers are longer than 16 KiB together; send less.');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return errorBody('request-timeout', 'The request did not come whole within its time; send it again at once.');
    default:
      return errorBody('bad-request', 'This is no HTTP/1.1 request that can be read; use an HTTP client.');
  }
}
