/** An answer that is JSON already, in UTF-8. */
export class WrittenJson {
  readonly bytes: Buffer;

  constructor(...parts: readonly (Uint8Array | string)[]) {
    this.bytes = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  }
}

/** An answer that sets cookies too. */
export class WithCookies {
  /** The answer itself; undefined for none. */
  readonly body: unknown;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];

  constructor(body: unknown, ...cookies: readonly string[]) {
    this.body = body;
    this.cookies = cookies;
  }
}

/** Leads a browser on. */
export class Redirect {
  readonly location: string;

  constructor(location: string) {
    this.location = location;
  }
}
