/** A secret of the server that nodes may name, and the one origin that it is sent to. */
export type Credential = Readonly<{ origin: string; value: string }>;

export type Credentials = Readonly<Record<string, Credential>>;

type Authorization =
  | Readonly<{ kind: 'ready'; headers: Readonly<Record<string, string>> }>
  | Readonly<{ kind: 'refused'; cause: string }>;

/** The header that a call of a node bears. A credential never leaves for another origin than its own. */
export function authorizationFor(credentials: Credentials, name: string | undefined, url: string): Authorization {
  if (name === undefined) return { kind: 'ready', headers: {} };
  const found = Object.hasOwn(credentials, name) ? credentials[name] : undefined;
  if (found === undefined) {
    return { kind: 'refused', cause: `This server has no credential ${name}; set BATON_CREDENTIAL_${name}.` };
  }
  if (URL.parse(url)?.origin !== found.origin) {
    return { kind: 'refused', cause: `The credential ${name} is for ${found.origin} only; call that, or use another.` };
  }
  return { kind: 'ready', headers: { authorization: `Bearer ${found.value}` } };
}
