import { Buffer } from 'node:buffer';

/** What one instance tells the others. Any hint may be lost or come twice: what it says stands in the database. */
export type Hint =
  /** A session was committed. `caller` is the instance that has to look for calls, when it is another one. */
  | Readonly<{ kind: 'moved'; sessionId: string; version: number; caller: number | null }>
  /** The live agent of a session is typing; stored nowhere. */
  | Readonly<{ kind: 'typing'; sessionId: string }>
  /** An instance has given back what it held. */
  | Readonly<{ kind: 'gone'; instance: number }>
  /** Never told: hints were lost, or may have been. */
  | Readonly<{ kind: 'missed' }>;

/** A way for hints between instances. */
export type Hints = Readonly<{
  /** Returns at once; what cannot be told is dropped. */
  tell: (hints: readonly Hint[]) => void;
  /** What others told, from now on. */
  follow: () => AsyncIterable<readonly Hint[]>;
  /** Hints about a session are of interest until `unwatch`; others need not be brought here. */
  watch: (sessionId: string) => void;
  unwatch: (sessionId: string) => void;
  /** Hints for an instance are of interest from now on, and no more those for another. */
  listenAs: (instance: number) => void;
  close: () => Promise<void>;
}>;

/*
 * Hints on the wire: words, separated by spaces. `m` moved, `t` typing, `g` gone; a session's id takes 22 characters.
 */

/** @returns a hint as a word. */
export function encodeHint(hint: Hint): string {
  switch (hint.kind) {
    case 'moved': {
      const { sessionId, version, caller } = hint;
      const word = `m${shortId(sessionId)}${version.toString(36)}`;
      return caller === null ? word : `${word}.${caller.toString(36)}`;
    }
    case 'typing':
      return `t${shortId(hint.sessionId)}`;
    case 'gone':
      return `g${hint.instance.toString(36)}`;
    case 'missed':
      return '';
  }
}

const form = /^(?:m([\w-]{22})([0-9a-z]{1,11})(?:\.([0-9a-z]{1,6}))?|t([\w-]{22})|g([0-9a-z]{1,6}))$/;

/** @returns the hints in a text; words that mean nothing here, as a newer program's may, are left out. */
export function decodeHints(text: string): readonly Hint[] {
  return text.split(' ').flatMap((word): readonly Hint[] => {
    const [, moved, version = '', caller, typing, gone] = form.exec(word) ?? [];
    if (moved !== undefined) {
      const instance = caller === undefined ? null : Number.parseInt(caller, 36);
      return [{ kind: 'moved', sessionId: longId(moved), version: Number.parseInt(version, 36), caller: instance }];
    }
    if (typing !== undefined) return [{ kind: 'typing', sessionId: longId(typing) }];
    return gone === undefined ? [] : [{ kind: 'gone', instance: Number.parseInt(gone, 36) }];
  });
}

const shortId = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');

function longId(short: string): string {
  const hex = Buffer.from(short, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
