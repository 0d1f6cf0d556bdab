import { parseArgs } from 'node:util';
import { StartError } from '../app.ts';
import type { Config } from '../config.ts';
import { email, personName } from '../contract/people/people.ts';
import { roles } from '../contract/people/roles.ts';
import { type Shape, sayFaults } from '../contract/shape.ts';
import { peopleCommands } from '../data.ts';
import type { Say } from './options.ts';

export const peopleSummary = `  baton people             list who may sign in
  baton people add EMAIL --role ${roles.join('|')} [--name NAME]
                           invite somebody: prints a link, good for seven days
  baton people link EMAIL  for who lost their way in: prints a link that signs them in, once, within ten minutes`;

/** `baton people …` @param url where the server is reached. @throws StartError with a sentence. */
export async function peopleCommand(args: readonly string[], config: Config, url: string, say: Say): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { role: { type: 'string' }, name: { type: 'string' } },
    allowPositionals: true,
  });
  const [action = 'list', address = ''] = positionals;
  const commands = await peopleCommands(config, url);
  try {
    if (action === 'list') for (const line of await commands.list()) say(line);
    else if (action === 'add') {
      const role = roles.find((known) => known === values.role);
      if (role === undefined) throw new StartError(`Say what they are here: --role ${roles.join(', ')}.`);
      const name = values.name === undefined ? undefined : read('--name', personName, values.name);
      say(await commands.add({ email: read('The e-mail', email, address), role, name }));
    } else if (action === 'link') say(await commands.link(read('The e-mail', email, address)));
    else throw new StartError(`There is no "baton people ${action}"; use list, add or link.`);
  } finally {
    await commands.close();
  }
  return 0;
}

function read(what: string, shape: Shape<typeof email.schema | typeof personName.schema>, text: string): string {
  const reading = shape.read(text);
  if (reading.ok) return String(reading.value);
  throw new StartError(`${what} is "${text}". ${sayFaults(reading.faults)}`);
}
