import { LeanSocket } from '../sockets/lean-socket.ts';
import type { Api, Opened } from './api.ts';

export type Frame = Readonly<{ type: string; from?: string; text?: string; handoff?: Readonly<{ state: string }> }>;

/** An end user's socket. */
export class Line {
  readonly id: string;
  readonly #socket: LeanSocket;
  #said = 0;
  #isLeaving = false;

  /** @param hear is told each frame; @param broken why the line is of no use any more. */
  constructor(api: Api, { id, token }: Opened, hear: (frame: Frame) => void, broken: (cause: string) => void) {
    this.id = id;
    this.#socket = new LeanSocket(api.url, `/http/${id}/socket`, token, {
      onFrame: (text) => {
        const frame = JSON.parse(text) as Frame;
        if (frame.type === 'error') broken(text);
        else hear(frame);
      },
      onClosed: () => !this.#isLeaving && broken(this.#socket.refusal ?? 'The server closed the socket.'),
    });
  }

  say(text: string): void {
    this.#said += 1;
    this.#socket.say({ type: 'message', id: `m${this.#said}`, text });
  }

  leave(): void {
    this.#isLeaving = true;
    this.#socket.drop();
  }
}
