import type { Trouble } from './judge.ts';

/** Trouble that was met, and how to meet it again. */
export class Found extends Error implements Trouble {
  override readonly name = 'Found';
  readonly kind: string;
  readonly text: string;
  readonly repeat: string;

  constructor({ kind, text }: Trouble, repeat: string) {
    super(`${kind}: ${text}`);
    this.kind = kind;
    this.text = text;
    this.repeat = repeat;
  }
}
