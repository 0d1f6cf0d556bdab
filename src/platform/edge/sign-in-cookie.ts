/**
 * A cookie that says who somebody is. Its name bears the port, for browsers share cookies among ports. Over https it begins
 * with `__Host-`, which browsers take from this host only (RFC 6265bis, 4.1.3.2): no neighbour below the same domain can
 * plant one, and so make somebody go on in an account that is not theirs.
 */
export type SignInCookie = Readonly<{
  /** @param header `Cookie`. @returns the token, or null. */
  read: (header: string | undefined) => string | null;
  /** @returns the value of `Set-Cookie`. */
  write: (token: string) => string;
  erase: () => string;
}>;

export type CookieTerms = Readonly<{
  /** What its name begins with. */
  name: string;
  seconds: number;
  /** `Lax` also comes along when another site leads here; `Strict` when left out. */
  sameSite?: 'Lax';
  /** Where below the server it is sent over http; everywhere when left out, and over https, as its name demands. */
  path?: string;
}>;

/** @param url the server's own public base URL. */
export function signInCookie(url: string, { name: beginning, seconds, sameSite, path }: CookieTerms): SignInCookie {
  const { protocol, port } = new URL(url);
  const isSecure = protocol === 'https:';
  const name = `${isSecure ? '__Host-' : ''}${beginning}_${port === '' ? (isSecure ? '443' : '80') : port}`;
  const attributes = `Path=${isSecure ? '/' : (path ?? '/')}; HttpOnly; SameSite=${sameSite ?? 'Strict'}${isSecure ? '; Secure' : ''}`;
  return {
    read: (header = '') => {
      const found = header.split(';').find((part) => part.trim().startsWith(`${name}=`));
      return found === undefined ? null : found.slice(found.indexOf('=') + 1).trim();
    },
    write: (token) => `${name}=${token}; Max-Age=${seconds}; ${attributes}`,
    erase: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
