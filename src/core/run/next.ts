/** Where a node leads after it was done: a node's id, nowhere (null); or it waits; or it ends the session. */
export type Next = Readonly<{ kind: 'go'; node: string | null | undefined }> | Readonly<{ kind: 'wait' | 'end' }>;

export const go = (node: string | null | undefined): Next => ({ kind: 'go', node });
export const wait: Next = { kind: 'wait' };
export const end: Next = { kind: 'end' };

/** Where an output leads; own properties only, so that one named `constructor` is no trap. */
export const leads = (outputs: Readonly<Record<string, string | null | undefined>>, output: string): Next =>
  go(Object.hasOwn(outputs, output) ? outputs[output] : null);
