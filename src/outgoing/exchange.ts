import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What came back: the status, the headers and the start of the body. */
export type RawAnswer = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** Bytes of the body that came before it was cut off, if it was. */
  size: number;
}>;

/** It was given up by us: no answer in time, or no time left to wait for one. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError';
}

/**
 * Takes in the answer to one request. It stands on undici's dispatch interface because the stream and the abort signal
 * that `request` makes for every call cost a tenth of a relayed message.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Resolves with the answer, or rejects when there is none. */
  readonly answer: Promise<RawAnswer>;
  readonly #longest: number;
  readonly #onStart: () => void;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #controller: Dispatcher.DispatchController | null = null;
  #givenUp = false;
  #resolve: (answer: RawAnswer) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /**
   * @param longest bytes of the body that are read; a desk that talks on and on is cut off, not listened to.
   * @param onStart is called when the request has a connection and is sent.
   */
  constructor(longest: number, onStart: () => void = () => {}) {
    this.#longest = longest;
    this.#onStart = onStart;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  giveUp(): void {
    this.#givenUp = true;
    const error = new GivenUpError('Given up.');
    this.#reject(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#onStart();
    if (this.#givenUp) controller.abort(new GivenUpError('Given up.'));
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#longest) return;
    this.#finish();
    controller.abort(new GivenUpError('The answer is longer than what is read of it.'));
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }

  #finish(): void {
    const body = Buffer.concat(this.#chunks).toString('utf8', 0, this.#longest);
    this.#resolve({ status: this.#status, headers: this.#headers, body, size: this.#size });
  }
}
