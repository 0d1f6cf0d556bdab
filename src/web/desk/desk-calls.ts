import type { DeskConversation, DeskLiveAgentMessage, DeskMe, DeskStory, DeskSync } from '../../contract/desk-api.ts';

/** Below the desk's own address (contract `deskPaths.api`). */
export const deskApiPath = '/desk/api';

/** Unreachable: the network, or a server that cannot answer now; asking again may help. */
export type Answer<Body> =
  | Readonly<{ kind: 'ok'; body: Body }>
  /** `signInAt`: where one signs in, when it is not at the desk. */
  | Readonly<{ kind: 'signed-out'; signInAt: string | null }>
  | Readonly<{ kind: 'refused'; status: number; code: string; message: string }>
  | Readonly<{ kind: 'unreachable' }>;

/** A step of the server's clock smaller than this is the network's. */
const clockNoiseMs = 2_000;
let clockAheadMs = 0;

/** The time as the server has it: the browser's clock may be wrong, and deadlines are the server's. */
export const serverNow = (): number => Date.now() + clockAheadMs;

/** The server tells whole seconds, so the middle of the one it told is meant. */
function compareClocks(said: string | null, askedAt: number): void {
  const aheadMs = Date.parse(said ?? '') + 500 - (askedAt + Date.now()) / 2;
  if (Math.abs(aheadMs - clockAheadMs) > clockNoiseMs) clockAheadMs = aheadMs;
}

export async function call<Body>(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer<Body>> {
  try {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const askedAt = Date.now();
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    compareClocks(answer.headers.get('date'), askedAt);
    const text = await answer.text();
    const said = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    if (answer.ok) return { kind: 'ok', body: said as Body };
    if (answer.status >= 500 || answer.status === 408) return { kind: 'unreachable' };
    const { code = '', message = '', signInAt = null } = said;
    if (answer.status === 401 && code === 'signed-out') return { kind: 'signed-out', signInAt };
    return { kind: 'refused', status: answer.status, code, message };
  } catch {
    return { kind: 'unreachable' };
  }
}

const below = (id: string, what = ''): string => `${deskApiPath}/conversations/${encodeURIComponent(id)}${what}`;

export const deskCalls = {
  me: () => call<DeskMe>('GET', `${deskApiPath}/me`),
  makeOwner: (owner: { token: string; name: string; email: string; password: string }) =>
    call<DeskMe>('POST', `${deskApiPath}/owner`, owner),
  signIn: (who: { email: string; password: string }) => call<DeskMe>('POST', `${deskApiPath}/sign-in`, who),
  signInByLink: (token: string) => call<DeskMe>('POST', `${deskApiPath}/link`, { token }),
  signOut: () => call<unknown>('POST', `${deskApiPath}/sign-out`),
  sync: () => call<DeskSync>('GET', `${deskApiPath}/sync`),
  story: (id: string) => call<DeskStory>('GET', below(id)),
  take: (id: string) => call<DeskConversation>('POST', below(id, '/take')),
  say: (id: string, message: { id: string; text: string }) =>
    call<DeskLiveAgentMessage>('POST', below(id, '/messages'), message),
  typing: (id: string) => call<unknown>('POST', below(id, '/typing')),
  end: (id: string) => call<DeskConversation>('POST', below(id, '/end')),
};
