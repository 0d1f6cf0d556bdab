import { hash, verify } from '@node-rs/argon2';
import type { Random } from './random.ts';

/** Keeps passwords as argon2id, with the strength that its authors advise; they cannot be read back. */
export type Passwords = Readonly<{
  hash: (password: string) => Promise<string>;
  /** @param kept the hash of the right one; null for none, which costs the same work and is never right. */
  isRight: (kept: string | null, password: string) => Promise<boolean>;
}>;

/** Keyboards write one letter in several ways. */
const typed = (password: string): string => password.normalize('NFC');

export function createPasswords(random: Random): Passwords {
  // Made when it is first wanted: it takes as long as a sign-in, which a start need not wait for.
  let nobodysHash: Promise<string> | null = null;
  const hashOfNobody = (): Promise<string> => {
    nobodysHash ??= hash(random.bytes(16).toString('hex'));
    return nobodysHash;
  };
  return {
    hash: (password) => hash(typed(password)),
    isRight: async (kept, password) => {
      const nobody = await hashOfNobody();
      const isRight = await verify(kept ?? nobody, typed(password));
      return kept !== null && isRight;
    },
  };
}
