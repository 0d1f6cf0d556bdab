// The architecture rules over a map from path (relative to src) to source text. Pure, so that tests can plant faults.
import { join } from 'node:path/posix';
import { type Exception, exceptions, limits, measure, wording } from './budgets.ts';
import { findCycles } from './cycles.ts';
import { isHome, powers, usesOfPower } from './powers.ts';
import { forbidden, isRoom, isTest, roomOf } from './rooms.ts';
import { type Import, readSource, type Source } from './source.ts';

export interface Fault {
  rule: string;
  room: string;
  file: string;
  /** Names the file and the room, and says what to do. */
  message: string;
}

const impure = [
  ...['Date.now', 'new Date()', 'Date()', 'Math.random', 'process', 'fetch', 'crypto', 'performance', 'console'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'AbortSignal', 'Buffer', 'WebSocket'],
];

function fault(rule: string, file: string, message: string): Fault {
  const room = roomOf(file);
  return { rule, room, file, message: `src/${file} (room ${room}): ${message}` };
}

/** The path relative to src that a relative import names, or undefined for a package or a Node module. */
function target(from: string, { specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? join(from, '..', specifier) : undefined;
}

function checkRoom({ path }: Source): Fault[] {
  if (isRoom(roomOf(path))) return [];
  const advice = 'there is no utils, helpers, common, shared or lib; ask which room the code belongs to';
  return [fault('unknown room', path, `${roomOf(path)} is no room of the house: ${advice}`)];
}

function checkImports(source: Source): Fault[] {
  return source.imports.flatMap((one) => {
    const to = target(source.path, one);
    if (to === undefined) return [];
    const place = `imports ${to} in line ${one.line}`;
    if (isTest(to)) {
      return [fault('test import', source.path, `${place}, which is a test; move what is needed out of it`)];
    }
    if (to.startsWith('..'))
      return to.endsWith('.json') ? [] : [fault('outside', source.path, `${place}, outside src`)];
    const why = forbidden(roomOf(source.path), roomOf(to));
    const advice = 'move the code to the room it belongs to, or take what you need as an argument';
    return why === undefined ? [] : [fault('rank', source.path, `${place}, but ${why}; ${advice}`)];
  });
}

function checkCore(source: Source): Fault[] {
  if (roomOf(source.path) !== 'core') return [];
  const advice = 'the core is pure: take time, ids and outside answers as arguments';
  const imports = source.imports
    .filter((one) => target(source.path, one) === undefined)
    .map(({ specifier, line }) => `imports ${specifier} in line ${line}`);
  const uses = source.uses
    .filter(({ name }) => impure.some((global) => name === global || name.startsWith(`${global}.`)))
    .map(({ name, line }) => `uses ${name} in line ${line}`);
  return [...new Set([...imports, ...uses])].map((what) => fault('impure core', source.path, `${what}; ${advice}`));
}

function checkPowers(source: Source): Fault[] {
  if (roomOf(source.path) === 'core') return [];
  return powers
    .filter((power) => !isHome(power, source.path))
    .flatMap((power) => {
      const homes = power.homes.length > 0 ? `its home is ${power.homes.join(', ')}` : 'nobody does';
      return usesOfPower(power, source).map((use) =>
        fault('power', source.path, `${use}: ${power.power} — ${homes}; ${power.instead}`),
      );
    });
}

function checkShape({ path, defaultExports, onlyReexports, errors }: Source): Fault[] {
  const faults = errors.map((error) => fault('syntax', path, `does not parse: ${error}`));
  if (!/\.config\.ts$/.test(path)) {
    for (const line of defaultExports) {
      faults.push(fault('default export', path, `exports a default in line ${line}; give it a name`));
    }
  }
  if (onlyReexports) {
    faults.push(fault('barrel', path, 'only passes exports on; let importers name the file that owns them'));
  }
  return faults;
}

function checkCycles(sources: readonly Source[]): Fault[] {
  const paths = new Set(sources.map(({ path }) => path));
  const edges = ({ path, imports }: Source): string[] =>
    imports.map((one) => target(path, one)).filter((to) => to !== undefined && paths.has(to)) as string[];
  return findCycles(new Map(sources.map((source) => [source.path, edges(source)]))).map((files) => {
    const advice = 'move what both need into a file that imports neither';
    return fault(
      'cycle',
      files[0] ?? '',
      `imports in a circle with ${files.slice(1).join(', ') || 'itself'}; ${advice}`,
    );
  });
}

function checkBudgets(sources: readonly Source[], allowed: readonly Exception[]): Fault[] {
  const sizes = measure(sources);
  const find = (budget: string, what: string): Exception | undefined =>
    allowed.find((one) => one.budget === budget && one.what === what);
  const faults = sizes
    .filter(({ budget, what, size }) => size > (find(budget, what)?.limit ?? limits[budget]))
    .map(({ budget, what, path, size }) => {
      const { unit, advice } = wording[budget];
      const limit = find(budget, what)?.limit ?? limits[budget];
      return fault('budget', path, `${what} has ${size} ${unit}, the budget of a ${budget} is ${limit}; ${advice}`);
    });
  const idle = allowed.filter(
    ({ budget, what }) => !sizes.some((one) => one.budget === budget && one.what === what && one.size > limits[budget]),
  );
  const advice = 'take it off the list in tests/architecture/budgets.ts';
  return [
    ...faults,
    ...idle.map(({ what }) => fault('budget', what, `${what} needs no exception any more; ${advice}`)),
  ];
}

/**
 * Checks every rule of the house.
 * @param files path relative to src → source text
 * @param allowed exceptions from the budgets
 */
export function checkArchitecture(files: ReadonlyMap<string, string>, allowed = exceptions): Fault[] {
  const sources = [...files].map(([path, text]) => readSource(path, text));
  const built = sources.filter(({ path }) => !isTest(path));
  const perFile = [checkRoom, checkImports, checkCore, checkPowers, checkShape];
  return [
    ...perFile.flatMap((check) => built.flatMap(check)),
    ...checkCycles(sources),
    ...checkBudgets(sources, allowed),
  ];
}
