import { signInDays } from './people.ts';

/** The cookie that says who is signed in. Its name bears the port, for browsers share cookies among ports. */
export type SignInCookie = Readonly<{
  /** @param header `Cookie`. @returns the token, or null. */
  read: (header: string | undefined) => string | null;
  /** @returns the value of `Set-Cookie`. */
  write: (token: string) => string;
  erase: () => string;
}>;

/** @param url the desk's own public base URL. */
export function signInCookie(url: string): SignInCookie {
  const { protocol, port } = new URL(url);
  const isSecure = protocol === 'https:';
  const name = `baton_desk_${port === '' ? (isSecure ? '443' : '80') : port}`;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  return {
    read: (header = '') => {
      const found = header.split(';').find((part) => part.trim().startsWith(`${name}=`));
      return found === undefined ? null : found.slice(found.indexOf('=') + 1).trim();
    },
    write: (token) => `${name}=${token}; Max-Age=${signInDays * 24 * 3600}; ${attributes}`,
    erase: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
