import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppOptions } from './app.ts';
import type { Config } from './config.ts';
import { demoDeskPath, mountDemoDesk } from './desk/demo-desk.ts';
import { seedSupportAgent } from './desk/support-agent.ts';
import { openLog } from './platform/log.ts';
import { systemRandom } from './platform/random.ts';

export type Demo = Readonly<{ config: Config; options: AppOptions; key: string }>;

/**
 * What a demonstration adds to a configuration: the built-in desk, whose own address may be called, and a key that is
 * kept beside the data, for its commands are printed at every start.
 */
export function prepareDemo(config: Config): Demo {
  const key = config.accountKey ?? keptKey(config.dataFolder);
  const own = config.host === 'localhost' ? ['127.0.0.1', '::1'] : [config.host];
  const quiet: Config = { ...config, accountKey: key, allowNetworks: [...config.allowNetworks, ...own] };
  const log = openLog(config.logLevel === 'info' ? 'warn' : config.logLevel);
  return {
    key,
    config: quiet,
    options: { log, mount: (server, routerUrl) => mountDemoDesk(server, { routerUrl, key, log }) },
  };
}

/** A server that nobody else uses, in a folder of its own that goes when it is done. */
export function prepareReplayDemo(config: Config): Readonly<{ config: Config; key: string; cleanUp: () => void }> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'baton-replay-'));
  const key = freshKey();
  return {
    key,
    cleanUp: () => rmSync(dataFolder, { recursive: true, force: true }),
    config: {
      ...config,
      ...{ port: 0, host: '127.0.0.1', url: null, trustProxy: null, dataFolder, accountKey: key, region: null },
      ...{ allowNetworks: ['127.0.0.1/32'], logLevel: 'warn', warnings: [] },
      // The driver is faster than any person; the limit for one session is not what is shown here.
      ...{ messagesPerSecond: 100_000, messageBurst: 100_000 },
    },
  };
}

const freshKey = (): string => `baton_${systemRandom().bytes(24).toString('base64url')}`;

/** Adds the virtual agent "support" unless there is one. */
export function seedDemo(url: string, key: string): Promise<void> {
  return seedSupportAgent(url, key, `${url}${demoDeskPath}`);
}

function keptKey(folder: string): string {
  const file = join(folder, 'demo-key');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) writeFileSync(file, freshKey(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}

/** What a newcomer does next. */
export function nextSteps(url: string, key: string): string {
  return `
Talk to the virtual agent yourself (a handoff needs a socket, so over plain HTTP it says that nobody is available):

  export BATON_KEY=${key}
  curl -s ${url}/http/init -H "X-Vgai-Key: $BATON_KEY" -H 'Content-Type: application/json' -d '{"agent_id":"support"}'
  curl -s ${url}/http/SESSION_ID/step -H 'Authorization: Bearer SESSION_TOKEN' -H 'Content-Type: application/json' -d '{"input":""}'

Every word of the conversation above is on record:

  curl -s "${url}/insights/sessions?page_size=1" -H "X-Vgai-Key: $BATON_KEY"

Play recorded dialogues through this server and verify every word:

  npm run replay -- --demo                      a handful, on a server of its own
  npm run replay -- FILE --url ${url}           your own, one JSON a line: {"id","turns":[{"from":"user"|"live_agent","text"}]}

The API: ${url}/docs   Stop with Ctrl-C.
`;
}
