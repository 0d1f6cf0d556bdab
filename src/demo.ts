import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type App, StartError, startApp } from './app.ts';
import type { Config } from './config.ts';
import { deskPaths } from './contract/desk-api.ts';
import { errorBody } from './contract/errors.ts';
import { signInLink } from './contract/people/sign-in-page.ts';
import type { Desk } from './desk/desk.ts';
import { seedSupportAgent } from './desk/support-agent.ts';
import type { People } from './engine/people/people.ts';
import { openLog } from './platform/log.ts';
import { systemRandom } from './platform/random.ts';
import type { ServeOptions } from './serve.ts';
import { freshKey } from './store/new-key.ts';

export type Demo = Readonly<{ config: Config; options: ServeOptions; key: string }>;

/**
 * What a demonstration adds to a configuration: a page with both sides of a conversation, whose desk signs in by itself
 * on this machine, and a key that is kept beside the data, for its commands are printed at every start.
 * @throws StartError when DATABASE_URL is set.
 */
export function prepareDemo(config: Config): Demo {
  if (config.database !== null) {
    throw new StartError('The demonstration keeps its data in BATON_DATA; unset DATABASE_URL, or leave out --demo.');
  }
  const key = config.accountKey ?? keptKey(config.dataFolder);
  const log = openLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
  // Behind a proxy or on a network, whoever calls may seem to be on this machine.
  const isPrivate = config.url === null && ['127.0.0.1', 'localhost', '::1'].includes(config.host);
  const mount: ServeOptions['mount'] = (server, _, people) => mountSignIn(server, people, isPrivate);
  return { key, config: { ...config, accountKey: key }, options: { log, home: 'demo.html', mount } };
}

/** A server that runs as long as it is needed, on data that is thrown away; it may call this machine. */
export async function startOwnServer(
  config: Config,
): Promise<Readonly<{ url: string; key: string; stop: () => Promise<void> }>> {
  const { config: own, key, cleanUp } = prepareReplayDemo(config);
  const app = await startApp({ ...own, allowNetworks: [...config.allowNetworks, ...own.allowNetworks] });
  const stop = async (): Promise<void> => {
    await app.stop();
    cleanUp();
  };
  return { url: app.url, key, stop };
}

/** A server that nobody else uses, in a folder of its own that goes when it is done. */
export function prepareReplayDemo(config: Config): Readonly<{ config: Config; key: string; cleanUp: () => void }> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'baton-replay-'));
  const key = freshKey(systemRandom());
  return {
    key,
    cleanUp: () => rmSync(dataFolder, { recursive: true, force: true }),
    config: {
      ...config,
      ...{
        port: 0,
        host: '127.0.0.1',
        url: null,
        trustProxy: null,
        dataFolder,
        database: null,
        accountKey: key,
        region: null,
      },
      ...{ allowNetworks: ['127.0.0.1/32'], logLevel: 'warn', warnings: [] },
      // The driver is faster than any person; the limit for one session is not what is shown here.
      ...{ messagesPerSecond: 100_000, messageBurst: 100_000 },
    },
  };
}

/** Adds the virtual agent "support" unless there is one. */
export function seedDemo(url: string, key: string, desk: Desk): Promise<void> {
  return seedSupportAgent(url, key, desk.endpoints());
}

function keptKey(folder: string): string {
  const file = join(folder, 'demo-key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, freshKey(systemRandom()), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/**
 * Gives the demonstration's page the token of a link that signs the first owner in. Whatever runs on this machine or forwards to it
 * counts as this machine, so it is for trying things out.
 */
function mountSignIn(server: FastifyInstance, people: People, isPrivate: boolean): void {
  server.post('/demo/link', async (request, reply) => {
    if (!isPrivate || !isOnThisMachine(request)) {
      const message = 'Only a browser on this machine signs in by itself; open the link that the terminal shows.';
      return reply.code(403).send(errorBody('origin-refused', message));
    }
    const token = await people.ownersSignInToken();
    return reply.header('cache-control', 'no-store').send({ token });
  });
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
const ownNames = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Whether a page of this server asks from this machine: not one through a proxy, not another site's, and not one that
 * another name leads here (DNS rebinding).
 */
function isOnThisMachine({ headers, socket }: FastifyRequest): boolean {
  const { host = '', origin } = headers;
  const throughProxy = ['forwarded', 'x-forwarded-for', 'via'].some((name) => headers[name] !== undefined);
  const own = origin === undefined || origin === `http://${host}`;
  const site = headers['sec-fetch-site'];
  if (throughProxy || !own || (site !== undefined && site !== 'same-origin')) return false;
  return loopback.test(socket.remoteAddress ?? '') && ownNames.test(host);
}

/** What a newcomer does next. */
export async function nextSteps({ url, people }: App, key: string): Promise<string> {
  const link = signInLink(url, 'link', await people.ownersSignInToken(), deskPaths.pages);
  return `
Open it in a browser: a customer's chat on the left, a live agent's desk on the right; from there to the studio, where it is built.

  ${url}

From another machine, or for the desk alone, sign in by this link (once, within 10 minutes):

  ${link}

The same with curl: open a conversation, and see every word of those before on record.

  export BATON_KEY=${key}
  curl -s ${url}/http/init -H "X-Vgai-Key: $BATON_KEY" -H 'Content-Type: application/json' -d '{"agent_id":"support"}'
  curl -s ${url}/http/SESSION_ID/step -H 'Authorization: Bearer SESSION_TOKEN' -H 'Content-Type: application/json' -d '{"input":"hello"}'
  curl -s "${url}/insights/sessions?page_size=1" -H "X-Vgai-Key: $BATON_KEY"

Play recorded dialogues through this server and verify every word:

  npm run replay -- --demo                      a handful, on a server of its own
  npm run replay -- FILE --url ${url}           your own, one JSON a line: {"id","turns":[{"from":"user"|"live_agent","text"}]}

The API: ${url}/docs   Stop with Ctrl-C.
`;
}
