import { execFileSync } from 'node:child_process';
import type { Wire } from './wire.ts';
import { openWire } from './wire.ts';

/** Where one node runs, and its road to the database. */
export type Place = Readonly<{
  host: string;
  port: number;
  /** The database as the node sees it: host and port. */
  database: string;
  /** A command through which a program is started there. */
  through: readonly string[];
  /**
   * From now on nothing passes between node and database, and neither is told.
   * @param answersOnly what the node asks still comes through: the database does it, and the answer is lost.
   */
  cut: (answersOnly: boolean) => void;
  heal: () => void;
}>;

/** The networks between end users, nodes, desks and the database. */
export type Network = Readonly<{
  /** How nodes are cut from the database. */
  way: string;
  /** At which address desks listen, for all nodes to reach. */
  deskHost: string;
  /** At which addresses the database listens, and who may connect, as CIDR. */
  databaseHosts: string;
  clients: string;
  /** Networks that endpoints may lie in. */
  allowed: string;
  places: readonly Place[];
  close: () => void;
}>;

export type NetworkWay = 'namespaces' | 'proxy';

export type NetworkOptions = Readonly<{ ports: readonly number[]; databasePort: number; way: NetworkWay | 'best' }>;

/** @throws Error when namespaces were asked for and cannot be had. */
export async function openNetwork(options: NetworkOptions): Promise<Network> {
  if (options.way === 'proxy') return proxied(options, 'a TCP proxy before the database for each node');
  try {
    return namespaces(options);
  } catch (error) {
    if (options.way === 'namespaces') throw error;
    return proxied(
      options,
      'a TCP proxy before the database for each node, for network namespaces need root and Linux',
    );
  }
}

async function proxied({ ports, databasePort }: NetworkOptions, way: string): Promise<Network> {
  const host = '127.0.0.1';
  const wires: Wire[] = [];
  for (const _ of ports) wires.push(await openWire({ host, port: databasePort }));
  return {
    ...{ way, deskHost: host, databaseHosts: host, clients: `${host}/32`, allowed: `${host}/32` },
    places: wires.map((wire, index) => ({
      ...{ host, port: ports[index] ?? 0, database: `${host}:${wire.port}`, through: [] },
      ...{ cut: wire.cut, heal: wire.heal },
    })),
    close: () => {
      for (const wire of wires) wire.close();
    },
  };
}

const ip = (...words: readonly string[]): void => void execFileSync('ip', words, { stdio: 'pipe' });

const hasRoute = (address: string): boolean =>
  execFileSync('ip', ['route', 'show', 'type', 'blackhole', `${address}/32`], { encoding: 'utf8' }).trim() !== '';

/**
 * A namespace for each node with two cables: one to the world, where end users and desks are, and one to the database. A
 * cut pulls the second one out of its switch: both ends are up, and nothing arrives.
 */
function namespaces({ ports, databasePort }: NetworkOptions): Network {
  const undo: (readonly string[])[] = [];
  const places: Place[] = [];
  const close = (): void => {
    process.off('exit', close);
    for (const place of places) place.heal();
    for (const words of undo.splice(0).reverse()) {
      try {
        ip(...words);
      } catch {
        // It went with its namespace.
      }
    }
  };
  // However the driver ends, nothing is left behind.
  process.once('exit', close);
  const { pid } = process;
  const prefix = `10.${64 + (pid % 64)}.${(pid >> 6) % 256}`;
  try {
    const world = { bridge: `bw${pid}`, address: `${prefix}.1`, of: (node: number) => `${prefix}.${node + 2}` };
    const data = { bridge: `bd${pid}`, address: `${prefix}.129`, of: (node: number) => `${prefix}.${node + 130}` };
    for (const { bridge, address } of [world, data]) {
      ip('link', 'add', bridge, 'type', 'bridge');
      undo.push(['link', 'del', bridge]);
      ip('addr', 'add', `${address}/25`, 'dev', bridge);
      ip('link', 'set', bridge, 'up');
    }
    for (const [node, port] of ports.entries()) {
      const namespace = `baton-${pid}-${node}`;
      ip('netns', 'add', namespace);
      undo.push(['netns', 'del', namespace]);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      const cables = [world, data].map(({ bridge, of }, kind) => {
        const [outside, inside] = [`${'wd'[kind]}${pid}n${node}`, `e${kind}`];
        ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', namespace);
        ip('link', 'set', outside, 'master', bridge);
        ip('link', 'set', outside, 'up');
        ip('-n', namespace, 'addr', 'add', `${of(node)}/25`, 'dev', inside);
        ip('-n', namespace, 'link', 'set', inside, 'up');
        return outside;
      });
      const cable = cables[1] ?? '';
      places.push({
        ...{ host: world.of(node), port, database: `${data.address}:${databasePort}` },
        through: ['ip', 'netns', 'exec', namespace],
        cut: (answersOnly) => {
          if (answersOnly) ip('route', 'add', 'blackhole', `${data.of(node)}/32`);
          else ip('link', 'set', cable, 'nomaster');
        },
        heal: () => {
          ip('link', 'set', cable, 'master', data.bridge);
          if (hasRoute(data.of(node))) ip('route', 'del', 'blackhole', `${data.of(node)}/32`);
        },
      });
    }
    return {
      ...{ way: 'a network namespace for each node', deskHost: world.address, databaseHosts: data.address },
      ...{ clients: `${prefix}.128/25`, allowed: `${prefix}.0/25`, places, close },
    };
  } catch (error) {
    close();
    throw error;
  }
}
