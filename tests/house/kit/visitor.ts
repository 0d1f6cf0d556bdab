import type { InvitationAnswer, Person } from '../../../src/contract/people/people.ts';
import type { Role } from '../../../src/contract/people/roles.ts';
import type { Answer, AnyBody } from './client.ts';
import type { House } from './house.ts';

type Headers = Readonly<Record<string, string>>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export const password = 'a long enough password';

/** A browser at the server's own pages: it keeps its cookie and says what browsers say. */
export type Visitor = Readonly<{
  cookie: () => string;
  ask: <Body = AnyBody>(method: Method, path: string, json?: unknown, headers?: Headers) => Promise<Answer<Body>>;
  /** Who is signed in, or the code of the refusal. */
  me: () => Promise<Person | string>;
}>;

export type PersonBody = AnyBody & Readonly<{ person: Person }>;

export const ownPage = (url: string): Headers => ({ 'sec-fetch-site': 'same-origin', origin: new URL(url).origin });

export function openVisitor(house: Pick<House, 'askBare' | 'url'>): Visitor {
  let cookie = '';
  const ask: Visitor['ask'] = async (method, path, json, headers = {}) => {
    const own = { ...(cookie === '' ? {} : { cookie }), ...ownPage(house.url), ...headers };
    const answer = await house.askBare<never>(method, path, { ...(json === undefined ? {} : { json }), headers: own });
    for (const set of answer.headers['set-cookie'] ?? []) cookie = set.split(';', 1)[0] ?? '';
    return answer;
  };
  return {
    cookie: () => cookie,
    ask,
    me: async () => {
      const { body } = await ask<PersonBody>('GET', '/me');
      return body.person ?? String(body.code);
    },
  };
}

/** What stands behind the = of a link. */
export const tokenOf = (link: string): string => link.slice(link.indexOf('=') + 1);

/** Makes the first owner and signs them in. */
export async function ownerOf(house: House, email = 'ana@example.org'): Promise<Visitor> {
  const owner = openVisitor(house);
  const token = await house.app.people.setupToken();
  const answer = await owner.ask('POST', '/sign-in/owner', { token, name: 'Ana', email, password });
  if (answer.status !== 200) throw new Error(`The set-up was refused: ${answer.text}`);
  return owner;
}

/** Invites somebody. @returns the token of the invitation. */
export async function invite(
  owner: Visitor,
  email: string,
  role: Role,
): Promise<Readonly<{ id: string; token: string }>> {
  const answer = await owner.ask<InvitationAnswer>('POST', '/people', { email, role });
  if (answer.status !== 200) throw new Error(`The invitation was refused: ${answer.text}`);
  return { id: answer.body.person.id, token: tokenOf(answer.body.invitation.url) };
}

/** Somebody who was invited, accepted and is signed in. */
export async function colleagueOf(
  house: House,
  owner: Visitor,
  role: Role,
): Promise<Visitor & Readonly<{ id: string }>> {
  const { id, token } = await invite(owner, `${role}@example.org`, role);
  const visitor = openVisitor(house);
  const answer = await visitor.ask('POST', '/sign-in/invitation', { token, name: `The ${role}`, password });
  if (answer.status !== 200) throw new Error(`The invitation did not let in: ${answer.text}`);
  return { ...visitor, id };
}
