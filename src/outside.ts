import type { Config } from './config.ts';
import type { NetworkGuard } from './outgoing/network-guard.ts';
import { webCaller } from './outgoing/web-caller.ts';
import type { Clock } from './platform/clock.ts';
import { codeRunner } from './skills/code/code-runner.ts';
import { createSkills } from './skills/create-skills.ts';
import type { Skills } from './skills/skills.ts';

export type Outside = Readonly<{
  skills: Skills;
  codeFault: (code: string) => Promise<string | null>;
  close: () => Promise<void>;
}>;

/** What nodes of flows ask beside the end user. */
export function openOutside(config: Config, clock: Clock, guard: NetworkGuard): Outside {
  const web = webCaller(guard, clock);
  const code = codeRunner({ clock });
  return {
    skills: createSkills({ web: web.call, runCode: code.run, credentials: config.credentials }),
    codeFault: code.faultOf,
    close: async () => {
      await Promise.all([web.close(), code.close()]);
    },
  };
}
