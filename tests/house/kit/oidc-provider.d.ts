// What the tests use of oidc-provider, which brings no types.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type Account = Readonly<{ accountId: string; claims: () => object }>;

  export class Provider {
    constructor(issuer: string, configuration: object);
    Grant: new (
      about: Readonly<{ clientId: string; accountId: string }>,
    ) => Readonly<{ addOIDCScope: (scope: string) => void; save: () => Promise<string> }>;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
  }
}
