import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../core/commands.ts';
import { decide } from '../core/decide.ts';
import type { EventOf } from '../core/events.ts';
import type { Flow } from '../core/flow/flow.ts';
import { wakeAt } from '../core/response-clock.ts';
import { begin, type Session } from '../core/session.ts';
import type { SessionCommit, Store } from './store.ts';

export const flow: Flow = {
  name: 'Store',
  start: 'human',
  nodes: {
    human: {
      type: 'live-agent-routing',
      startConnectionUrl: 'https://desk.example/start',
      inboundTransferUrl: 'https://desk.example/inbound',
      endedUrl: 'https://desk.example/ended',
      outputs: { default: null },
    },
  },
};

let made = 0;
export const newId = (): string => {
  made += 1;
  return `01890000-0000-7000-8000-${String(made).padStart(12, '0')}`;
};

export const start = (sessionId: string, at = 1000): EventOf<'session-started'> => ({
  kind: 'session-started',
  seq: 1,
  at,
  sessionId,
  virtualAgentId: 'support',
  flowVersion: 1,
  expiresAt: at + 86_400_000,
  parameters: { A: 'é\n"' },
});

export function opening(event: EventOf<'session-started'>): SessionCommit {
  const session = begin(event);
  return { before: 0, session, events: [event], calls: [], changes: [], answers: [], wakeAt: wakeAt(session) };
}

export function next(session: Session, command: Command, at: number): SessionCommit {
  const { events, calls, changes, session: after } = decide(flow, session, command, at);
  return { before: session.version, session: after, events, calls, changes, answers: [], wakeAt: wakeAt(after) };
}

export const say = (text: string): Command => ({ kind: 'say', messageId: newId(), clientId: text, text });

/** Opens a session, connects its socket and says some texts, each in a commit of its own. */
export async function talk(store: Pick<Store, 'sessions'>, ...texts: readonly string[]): Promise<Session> {
  const open = opening(start(newId()));
  await store.sessions.commitBatch([open], 1000);
  let { session } = open;
  for (const command of [{ kind: 'connect-socket' } as const, ...texts.map(say)]) {
    const commit = next(session, command, 2000);
    assert.notDeepEqual(await store.sessions.commitBatch([commit], 2000), ['conflict']);
    session = commit.session;
  }
  return session;
}

/** Tests each on a store of its own. @param open a new, empty store. */
export const checksOn =
  <Part extends Pick<Store, 'close'>>(open: () => Promise<Part>) =>
  (name: string, body: (store: Part) => Promise<void>): void => {
    test(name, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  };
