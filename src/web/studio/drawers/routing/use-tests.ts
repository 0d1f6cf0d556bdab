import { useCallback, useRef, useState } from 'preact/hooks';
import { type AnswerTo, ask, type Failure } from '../../api/ask.ts';
import { sentenceOf } from '../../parts/frame.tsx';
import type { Endpoint } from './desk.ts';

export type TestAnswer = AnswerTo<'testEndpoint'>;

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
        const answer = await ask('testEndpoint', { path: { agent_id: agentId }, body });
        if (answer.kind === 'ok') put(endpoint, { kind: 'done', url, answer: answer.body });
        else put(endpoint, { kind: 'failed', url, sentence: whyNot(answer) });
      }
    },
    [agentId],
  );
  return { states, test };
}

/** An address that may not be called is a fault of the one field that is shown here. */
function whyNot(failure: Failure): string {
  const fault = failure.kind === 'refused' ? failure.faults.find(({ path }) => path === 'url') : undefined;
  return fault?.message ?? sentenceOf(failure);
}
