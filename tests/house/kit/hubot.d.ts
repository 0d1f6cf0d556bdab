// What the tests use of Hubot, which brings no types.
declare module 'hubot' {
  export class User {
    constructor(id: string, options?: Readonly<{ room?: string }>);
  }
  export class TextMessage {
    constructor(user: User, text: string, id?: string);
  }
  export type Envelope = Readonly<{ room?: string }>;
  export class Adapter {
    constructor(robot: unknown);
  }
  export type Response = Readonly<{ send: (...texts: string[]) => Promise<void>; match: RegExpMatchArray }> &
    Readonly<{ envelope: Envelope }>;
  export class Robot {
    constructor(adapter: unknown, httpd: boolean, name: string);
    adapter: unknown;
    logger: { level: string };
    hear(pattern: RegExp, listener: (response: Response) => Promise<void> | void): void;
    catchAll(listener: (response: Response) => Promise<void> | void): void;
    receive(message: TextMessage): Promise<void>;
    shutdown(): void;
  }
}
