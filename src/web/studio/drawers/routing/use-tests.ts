import { useCallback, useRef, useState } from 'preact/hooks';
import { type Answer, askAt } from '../../api/ask.ts';
import { sentenceOf } from '../../parts/frame.tsx';
import type { Endpoint } from './desk.ts';

/** What `POST /agents/{agent_id}/endpoints/test` says. */
export type TestAnswer = Readonly<{
  outcome: 'accepted' | 'refused' | 'unreachable';
  status: number | null;
  took_ms: number;
  answer: Readonly<{ content_type: string | null; excerpt: string | null }> | null;
  /** What it means, and what to do. */
  message: string;
  /** No headers where nothing was sent. */
  request: Readonly<{ headers: Readonly<Record<string, string>>; body: unknown }>;
}>;

export type TestState =
  | Readonly<{ kind: 'busy'; url: string }>
  | Readonly<{ kind: 'done'; url: string; answer: TestAnswer }>
  | Readonly<{ kind: 'failed'; url: string; sentence: string }>;

export type TestStates = Readonly<Partial<Record<Endpoint, TestState>>>;

export type EndpointTests = Readonly<{
  states: TestStates;
  /** Tests endpoints one after the other: a server makes few tests at a time for one caller. */
  test: (urls: readonly (readonly [Endpoint, string])[], keys: string) => Promise<void>;
}>;

export function useEndpointTests(agentId: string): EndpointTests {
  const [states, setStates] = useState<TestStates>({});
  const newest = useRef(0);
  const test = useCallback(
    async (urls: readonly (readonly [Endpoint, string])[], keys: string): Promise<void> => {
      newest.current += 1;
      const own = newest.current;
      const put = (endpoint: Endpoint, state: TestState): void => {
        setStates((before) => ({ ...before, [endpoint]: state }));
      };
      for (const [endpoint, url] of urls) {
        if (own !== newest.current) return;
        put(endpoint, { kind: 'busy', url });
        const body = { endpoint, url, transcription_keys: keys };
        const answer: Answer<TestAnswer> = await askAt('POST /agents/{agent_id}/endpoints/test', {
          path: { agent_id: agentId },
          body,
        });
        const isDone = answer.kind === 'ok';
        put(
          endpoint,
          isDone ? { kind: 'done', url, answer: answer.body } : { kind: 'failed', url, sentence: sentenceOf(answer) },
        );
      }
    },
    [agentId],
  );
  return { states, test };
}
