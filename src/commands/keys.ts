import { parseArgs } from 'node:util';
import { StartError } from '../app.ts';
import type { Config } from '../config.ts';
import { type Scope, scopes } from '../contract/route.ts';
import { auditLines, keyCommands } from '../data.ts';
import { type Say, wholeOption } from './options.ts';

export const keysSummary = `  baton keys               list keys
  baton keys add LABEL --scopes ${scopes.join(',')} [--rate REQUESTS_PER_SECOND]
                           make a key; it is shown once
  baton keys rotate ID     make a key in its place; the old one goes on for --overlap 24 hours
  baton keys revoke ID     end a key within a second
  baton audit              who changed what lately; --limit 100`;

/** `baton keys …` @throws StartError with a sentence. */
export async function keysCommand(args: readonly string[], config: Config, say: Say): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      scopes: { type: 'string', default: scopes.join(',') },
      rate: { type: 'string' },
      overlap: { type: 'string', default: '24' },
      force: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const [action = 'list', name = ''] = positionals;
  const requestsPerSecond = values.rate === undefined ? null : wholeOption('--rate', values.rate, 1, 1_000_000);
  const overlap = wholeOption('--overlap', values.overlap, 0, 24 * 30);
  const commands = await keyCommands(config);
  try {
    if (action === 'list') for (const line of await commands.list()) say(line);
    else if (action === 'add') {
      say(await commands.add({ label: readLabel(name), scopes: readScopes(values.scopes), requestsPerSecond }));
    } else if (action === 'rotate') say(await commands.rotate(name, overlap));
    else if (action === 'revoke') say(await commands.revoke(name, values.force));
    else throw new StartError(`There is no "baton keys ${action}"; use list, add, rotate or revoke.`);
  } finally {
    await commands.close();
  }
  return 0;
}

/** `baton audit` @throws StartError with a sentence. */
export async function auditCommand(args: readonly string[], config: Config, say: Say): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { limit: { type: 'string', default: '100' } } });
  const limit = wholeOption('--limit', values.limit, 1, 100_000);
  for (const line of await auditLines(config, limit)) say(line);
  return 0;
}

function readLabel(name: string): string {
  const label = name || 'unnamed';
  if (label.length <= 100 && !/\p{Cc}/u.test(label)) return label;
  throw new StartError('A label has 100 characters at most, and none that controls a terminal; choose another one.');
}

function readScopes(text: string): readonly Scope[] {
  return text.split(',').map((name) => {
    const scope = scopes.find((known) => known === name.trim());
    if (scope === undefined) throw new StartError(`There is no scope "${name}"; use ${scopes.join(', ')}.`);
    return scope;
  });
}
