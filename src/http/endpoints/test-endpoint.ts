import { type EndpointTestAnswer, endpointTestRequest } from '../../contract/endpoints/endpoint-tests.ts';
import { sampleCall } from '../../contract/endpoints/sample-calls.ts';
import { excerptOf } from '../../outgoing/excerpt.ts';
import { faultOfEndpoint } from '../agents/flow-faults.ts';
import { idOf } from '../agents/publish.ts';
import { expectAgent, secretsOf } from '../agents/secrets.ts';
import { accept, rateLimited, wrongShape } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import { meaningOf, notSigned } from './meaning.ts';

/** Tests of one caller at once. Each is a call to a stranger, and waits for as long as a call may take. */
const mostAtOnce = 3;

/** A stop ends what is under way by closing the caller. */
const never = new AbortController().signal;

export function endpointTestHandlers(parts: HttpParts): Handlers {
  const { clock, random, judges, settings, tester } = parts;
  const underWay = new Map<string, number>();
  const test = async (asked: Asked): Promise<EndpointTestAnswer> => {
    const agentId = idOf(asked);
    const { endpoint, url, transcription_keys: keys } = accept(endpointTestRequest.read(asked.body));
    await expectAgent(parts, agentId);
    asked.tell?.(`${agentId} ${endpoint} ${URL.parse(url)?.origin}`);
    const fault = await faultOfEndpoint(judges, url);
    if (fault !== null) throw wrongShape([{ path: 'url', message: fault }]);
    const at = clock.now();
    const [sessionId, messageId, id] = [random.uuid(at), random.uuid(at), random.uuid(at)];
    const sample = { agentId, sessionId, messageId, at, capitalised: keys === 'capitalised', url: settings.url() };
    const body = sampleCall(endpoint, sample) as Record<string, unknown>;
    const secrets = (await secretsOf(parts, agentId)).map(({ secret }) => secret);
    if (secrets.length === 0) return notSigned(agentId, body);
    const began = clock.now();
    const made = await tester.trace({ url, id, body: JSON.stringify(body), secrets }, never);
    const { result, contentType: content_type } = made;
    return {
      ...meaningOf(endpoint, made),
      took_ms: clock.now() - began,
      answer: result.kind === 'answered' ? { content_type, excerpt: excerptOf(made.body, {}) } : null,
      request: { headers: { ...made.sent }, body },
    };
  };
  return {
    testEndpoint: async (asked) => {
      const who = asked.caller?.name ?? asked.address;
      const count = underWay.get(who) ?? 0;
      if (count >= mostAtOnce) throw rateLimited('As many of your tests as may be are under way', 1_000);
      underWay.set(who, count + 1);
      try {
        return await test(asked);
      } finally {
        const left = (underWay.get(who) ?? 1) - 1;
        if (left === 0) underWay.delete(who);
        else underWay.set(who, left);
      }
    },
  };
}
