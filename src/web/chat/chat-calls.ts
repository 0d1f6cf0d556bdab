import type { ChatProfile } from '../../contract/conversation.ts';
import type { Kept, KeptSession } from './kept-session.ts';

export type ProfileAnswer =
  | Readonly<{ kind: 'profile'; name: string }>
  | Readonly<{ kind: 'no-such-chat' }>
  | Readonly<{ kind: 'unreachable' }>;

export type SessionAnswer =
  | Readonly<{ kind: 'session'; session: KeptSession }>
  /** Too many new visitors; `waitMs` says when to ask again. */
  | Readonly<{ kind: 'busy'; waitMs: number }>
  | Readonly<{ kind: 'refused'; message: string }>
  | Readonly<{ kind: 'unreachable' }>;

const chatUrl = (agentId: string, call: string): string => `/chat/${encodeURIComponent(agentId)}/${call}`;

export async function askProfile(agentId: string): Promise<ProfileAnswer> {
  try {
    const answer = await fetch(chatUrl(agentId, 'profile'));
    if (answer.ok) return { kind: 'profile', name: ((await answer.json()) as ChatProfile).name };
    return answer.status < 500 && answer.status !== 429 ? { kind: 'no-such-chat' } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}

async function openSession(agentId: string): Promise<SessionAnswer> {
  try {
    const answer = await fetch(chatUrl(agentId, 'session'), { method: 'POST' });
    const body = (await answer.json().catch(() => ({}))) as Record<string, string | undefined>;
    const { session_id: sessionId, session_token: token, session_expiration_time: expiresAt } = body;
    if (answer.ok && sessionId && token && expiresAt) {
      return { kind: 'session', session: { sessionId, token, expiresAt } };
    }
    if (answer.status === 429) {
      return { kind: 'busy', waitMs: Math.max(1, Number(answer.headers.get('retry-after')) || 10) * 1000 };
    }
    return answer.status < 500 ? { kind: 'refused', message: body.message ?? '' } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}

/** Opens a session unless another tab has; they take turns, where the browser can tell. */
export function openOneSession(agentId: string, kept: Kept): Promise<SessionAnswer> {
  const open = async (): Promise<SessionAnswer> => {
    const known = kept.session();
    if (known !== null) return { kind: 'session', session: known };
    const answer = await openSession(agentId);
    if (answer.kind === 'session') kept.keepSession(answer.session);
    return answer;
  };
  return 'locks' in navigator ? navigator.locks.request(`baton.chat.${agentId}`, open) : open();
}
