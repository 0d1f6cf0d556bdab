import type { Config } from './config.ts';
import type { HttpParts } from './http/parts.ts';
import type { NetworkGuard } from './outgoing/network-guard.ts';
import { openIdConnect } from './outgoing/openid-connect.ts';
import { webCaller } from './outgoing/web-caller.ts';
import type { Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import { codeRunner } from './skills/code/code-runner.ts';
import { createSkills } from './skills/create-skills.ts';
import type { Skills } from './skills/skills.ts';

export type Outside = Readonly<{
  skills: Skills;
  codeFault: (code: string) => Promise<string | null>;
  openIdConnect: HttpParts['openIdConnect'];
  close: () => Promise<void>;
}>;

type OutsideParts = Readonly<{ clock: Clock; random: Random; log: Log }>;

/** What nodes of flows ask beside the end user, and the provider by which people sign in. */
export function openOutside(config: Config, parts: OutsideParts, guard: NetworkGuard): Outside {
  const { clock } = parts;
  const signingIn = openProvider(config, parts);
  const web = webCaller(guard, clock);
  const code = codeRunner({ clock });
  return {
    skills: createSkills({ web: web.call, runCode: code.run, credentials: config.credentials }),
    codeFault: code.faultOf,
    openIdConnect: signingIn,
    close: async () => {
      await Promise.all([web.close(), code.close(), signingIn?.provider.close()]);
    },
  };
}

function openProvider({ openIdConnect: named }: Config, { random, log }: OutsideParts): HttpParts['openIdConnect'] {
  if (named === null) return null;
  const { name, newcomers, ...provider } = named;
  return { provider: openIdConnect(provider, random, log), name, newcomers };
}
