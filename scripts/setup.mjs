// Makes `npm start` and `npm test` work in a fresh clone: installs what package-lock.json names, when it is not installed yet.
// Plain JavaScript, because it runs on whatever Node is at hand (20 or newer); after it, npm scripts run on the Node that was installed.
// Usage: node scripts/setup.mjs start|test      start: what the server needs; test: everything.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.baton-setup.json');
const neededMajor = 24;

/** @returns {never} */
function giveUp(/** @type {string} */ sentence) {
  process.stderr.write(`setup: ${sentence}\n`);
  process.exit(1);
}

/**
 * What has to be the same for an installation to count: the lockfile, what npm last put into node_modules (its own
 * record changes with every `npm install` or `npm prune`), and the kind of machine the binaries are for.
 */
function installationKey() {
  const hash = createHash('sha256');
  for (const file of [join(root, 'package-lock.json'), join(modules, '.package-lock.json')]) {
    hash.update(existsSync(file) ? readFileSync(file) : '');
  }
  return `${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 32)}`;
}

/** @returns {{ key?: string, everything?: boolean }} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** The environment without node_modules/.bin on the PATH: an install must not run on the Node that it replaces. */
function installEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (name.toUpperCase() === 'PATH') {
      const kept = (env[name] ?? '').split(delimiter).filter((entry) => !entry.startsWith(modules));
      env[name] = kept.join(delimiter);
    }
  }
  return env;
}

/** No package here needs an install script, so none may run; Node itself comes as a plain package for the platform. */
function install(/** @type {boolean} */ everything) {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--include=optional'];
  args.push(everything ? '--include=dev' : '--omit=dev');
  const { npm_execpath: npm, npm_node_execpath: node } = process.env;
  const direct = npm !== undefined && node !== undefined && /npm-cli\.c?js$/.test(npm) && !node.startsWith(modules);
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: root, env: installEnvironment(), stdio: ['ignore', 2, 2] };
  const done = direct
    ? spawnSync(node, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (done.error) {
    giveUp(
      `npm could not be started (${done.error.message}). Install Node with npm from https://nodejs.org and run this again.`,
    );
  }
  if (done.status !== 0) {
    giveUp(
      'the packages could not be installed; npm says why above. Check that the npm registry can be reached and that ' +
        'this folder can be written to, then run the same command again.',
    );
  }
}

/**
 * Puts the installed Node first on the PATH of npm scripts, where npm has not: npm before 11.6 removes the link again
 * together with the packages of the other platforms, which all bring a program of that name.
 */
function linkNode() {
  const bin = join(modules, '.bin');
  if (['node', 'node.cmd'].some((name) => existsSync(join(bin, name)))) return;
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const installed = Object.keys(optionalDependencies).find(
    (name) => name.startsWith('node-') && existsSync(join(modules, name, 'bin')),
  );
  if (installed === undefined) return;
  mkdirSync(bin, { recursive: true });
  if (process.platform === 'win32') {
    writeFileSync(join(bin, 'node.cmd'), `@"%~dp0\\..\\${installed}\\bin\\node.exe" %*\r\n`);
  } else {
    symlinkSync(join('..', installed, 'bin', 'node'), join(bin, 'node'));
  }
}

/** The version that `node` names in an npm script, once node_modules is in place. */
function scriptNodeVersion() {
  const env = installEnvironment();
  const bin = join(modules, '.bin');
  for (const name of Object.keys(env)) {
    if (name.toUpperCase() === 'PATH') env[name] = `${bin}${delimiter}${env[name]}`;
  }
  const asked = spawnSync('node', ['--version'], { env, encoding: 'utf8', shell: process.platform === 'win32' });
  return asked.status === 0 ? asked.stdout.trim() : undefined;
}

/** Keeps the Node that runs: the installed one, or, where it does not run (Alpine, other platforms), the machine's own. */
function checkNode() {
  const major = (/** @type {string | undefined} */ version) => Number(/^v(\d+)\./.exec(version ?? '')?.[1] ?? 0);
  if (major(scriptNodeVersion()) >= neededMajor) return;
  for (const name of ['node', 'node.cmd', 'node.ps1']) {
    rmSync(join(modules, '.bin', name), { force: true });
  }
  const own = scriptNodeVersion();
  if (major(own) >= neededMajor) return;
  giveUp(
    `Baton runs on Node ${neededMajor} or newer. npm carries none that runs on ${process.platform}-${process.arch}, and ` +
      `the Node on this machine is ${own ?? process.version}. Install Node ${neededMajor} from https://nodejs.org and run this again.`,
  );
}

function setup(/** @type {string | undefined} */ purpose) {
  if (purpose !== 'start' && purpose !== 'test') giveUp('say what for: node scripts/setup.mjs start|test');
  const everything = purpose === 'test';
  const stamp = readStamp();
  if (stamp.key === installationKey() && (stamp.everything === true || !everything)) return;
  const what = everything ? 'everything the tests need' : 'what the server needs';
  process.stdout.write(`setup: installing ${what} into node_modules (npm ci)\n`);
  install(everything);
  linkNode();
  checkNode();
  writeFileSync(stampFile, `${JSON.stringify({ key: installationKey(), everything })}\n`);
}

setup(process.argv[2]);
