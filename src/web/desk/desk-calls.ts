import type { DeskConversation, DeskLiveAgentMessage, DeskMe, DeskStory, DeskSync } from '../../contract/desk-api.ts';

/** Below the desk's own address (contract `deskPaths.api`). */
export const deskApiPath = '/desk/api';

/** Unreachable: the network, or a server that cannot answer now; asking again may help. */
export type Answer<Body> =
  | Readonly<{ kind: 'ok'; body: Body }>
  | Readonly<{ kind: 'signed-out' }>
  | Readonly<{ kind: 'refused'; status: number; code: string; message: string }>
  | Readonly<{ kind: 'unreachable' }>;

export async function call<Body>(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer<Body>> {
  try {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await answer.text();
    const said = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    if (answer.ok) return { kind: 'ok', body: said as Body };
    if (answer.status >= 500 || answer.status === 408) return { kind: 'unreachable' };
    const { code = '', message = '' } = said;
    if (answer.status === 401 && code === 'signed-out') return { kind: 'signed-out' };
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
