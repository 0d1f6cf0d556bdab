import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../random.ts';
import { Caller } from './caller.ts';
import { Crowd } from './crowd.ts';
import { Desks } from './desks.ts';
import type { Disk } from './disk.ts';
import { flowOf } from './flows.ts';
import { type DeskName, deskNames } from './manners.ts';
import { accountKey, freePort, Program } from './program.ts';
import { readLogs } from './read-logs.ts';
import type { SessionRecord, Trouble } from './record.ts';

export type ActOptions = Readonly<{
  name: string;
  /** Where the log, and without a disk the data, are kept. */
  folder: string;
  chance: Chance;
  kills: number;
  messages: number;
  atOnce: number;
  desks: 'all' | 'brisk';
  /** Somebody wants to see the end: no more kills, and what was done so far is reconciled. */
  stop: AbortSignal;
  disk: Disk | null;
  /** How often the disk is filled, and for how long, ms. */
  fillings: number;
  fullMs: number;
  say: (line: string) => void;
}>;

export type ActResult = Readonly<{
  name: string;
  sessions: readonly SessionRecord[];
  troubles: readonly Trouble[];
  accepted: number;
  kills: number;
  starts: number;
  fillings: number;
  /** How often the program ended by itself while the disk was full. */
  endsWhileFull: number;
  connections: number;
  loadSeconds: number;
  seconds: number;
  treated: Readonly<Record<string, number>>;
}>;

const startWithinMs = 30_000;
const settleWithinMs = 180_000;

/** One run of the program under load, with all that is done to it, until nothing is owed. */
export class Act {
  readonly #options: ActOptions;
  readonly #troubles: Trouble[] = [];
  readonly #program: Program;
  readonly #caller: Caller;
  readonly #desks: Desks;
  readonly #crowd: Crowd;
  #accepted = 0;
  #kills = 0;
  #fillings = 0;
  #full = false;
  #endsWhileFull = 0;

  private constructor(options: ActOptions, port: number) {
    this.#options = options;
    const { folder, disk, chance, atOnce } = options;
    mkdirSync(folder, { recursive: true });
    this.#program = new Program(port, disk?.folder ?? join(folder, 'data'), join(folder, 'program.log'));
    const { url } = this.#program;
    this.#caller = new Caller(url, accountKey);
    const onTrouble = (trouble: Trouble): void => void this.#troubles.push(trouble);
    const onAccepted = (): void => {
      this.#accepted += 1;
    };
    this.#crowd = new Crowd({
      ...{ url, caller: this.#caller, chance: chance.fork('crowd'), atOnce, onAccepted, onTrouble },
      brisk: options.desks === 'brisk',
    });
    this.#desks = new Desks({
      chance: chance.fork('desks'),
      find: (id) => this.#crowd.sessions.get(id),
      onTaken: (session, kind, body) => this.#crowd.take(session, kind, body),
      onStranger: (id, kind) =>
        onTrouble({ kind: 'invented', session: id, seq: null, what: `A ${kind} call of no session.` }),
    });
  }

  static async play(options: ActOptions): Promise<ActResult> {
    const act = new Act(options, await freePort(options.chance.fork('port').next));
    try {
      return await act.#play();
    } finally {
      act.#crowd.cut();
      act.#caller.close();
      options.disk?.free(act.#program);
      await act.#program.kill();
      await act.#desks.close();
    }
  }

  async #play(): Promise<ActResult> {
    const { name, kills } = this.#options;
    const begun = performance.now();
    await this.#desks.open();
    await this.#revive();
    await this.#publish();
    this.#crowd.begin();
    while (this.#kills < kills && !this.#options.stop.aborted) await this.#next();
    await this.#whenAccepted(this.#options.messages);
    const loadSeconds = (performance.now() - begun) / 1_000;
    await this.#settle();
    const settled = Math.round((performance.now() - begun) / 1_000 - loadSeconds);
    this.#options.say(`${this.#accepted} accepted in ${Math.round(loadSeconds)} s; nothing is owed ${settled} s later`);
    await this.#program.kill();
    await this.#revive();
    const sessions = [...this.#crowd.sessions.values()];
    await readLogs(this.#caller, sessions);
    this.#readProgramLog();
    return {
      ...{ name, sessions, troubles: this.#troubles, accepted: this.#accepted, kills: this.#kills },
      ...{ starts: this.#program.starts, fillings: this.#fillings, endsWhileFull: this.#endsWhileFull },
      ...{ connections: this.#crowd.connections, loadSeconds, treated: this.#desks.treated },
      seconds: (performance.now() - begun) / 1_000,
    };
  }

  async #publish(): Promise<void> {
    for (const name of deskNames) {
      const json = flowOf(name, (kind) => this.#desks.urlOf(name as DeskName, kind));
      const { status, body } = await this.#caller.stubborn('PUT', `/agents/${name}`, { json });
      if (status !== 200) throw new Error(`The flow was refused: ${JSON.stringify(body)}`);
    }
  }

  /** Waits for some more messages, then kills; now and then fills the disk first, now and then kills while it starts. */
  async #next(): Promise<void> {
    const { kills, messages, chance, fillings, say } = this.#options;
    const share = messages / (kills + 1);
    await this.#whenAccepted(share * (this.#kills + 0.5 + chance.next() * 0.5), 6_000);
    await pause(chance.between(0, 200));
    const due = fillings * ((this.#kills + 1) / (kills + 1));
    if (this.#options.disk !== null && this.#fillings < Math.floor(due + 0.5) && this.#fillings < fillings) {
      await this.#fillDisk(this.#options.disk);
    } else {
      await this.#kill();
      // A process that is killed while it starts has not finished reading what the one before left.
      if (chance.happens(0.15) && this.#kills < kills) {
        this.#program.spawn();
        await pause(chance.between(20, 600));
        await this.#kill();
      }
      await this.#revive();
    }
    if (this.#kills % 10 === 0)
      say(`${this.#kills} kills, ${this.#accepted} accepted, ${this.#crowd.busy} sessions open`);
  }

  async #fillDisk(disk: Disk): Promise<void> {
    const { chance, fullMs, say } = this.#options;
    this.#fillings += 1;
    this.#full = true;
    const endsBefore = this.#program.ownEnds;
    const acceptedBefore = this.#accepted;
    const until = performance.now() + fullMs;
    let killAt = performance.now() + chance.between(Math.floor(fullMs / 4), Math.floor(fullMs / 2));
    while (performance.now() < until) {
      disk.fill(this.#program);
      await pause(20);
      if (performance.now() > killAt) {
        killAt = Number.POSITIVE_INFINITY;
        await this.#kill();
      }
      if (!this.#program.isRunning) {
        this.#program.spawn();
        await pause(200);
      }
    }
    disk.free(this.#program);
    this.#full = false;
    const ends = this.#program.ownEnds - endsBefore;
    this.#endsWhileFull += ends;
    say(
      `the disk was full for ${fullMs} ms: ${this.#accepted - acceptedBefore} accepted, ended by itself ${ends} times`,
    );
    await this.#revive();
  }

  async #kill(): Promise<void> {
    await this.#program.kill();
    this.#kills += 1;
  }

  /** @throws Error when it does not serve again. */
  async #revive(): Promise<void> {
    if (!this.#program.isRunning) this.#program.spawn();
    if (await this.#program.serves(startWithinMs)) return;
    if (!this.#program.isRunning) {
      this.#program.spawn();
      if (await this.#program.serves(startWithinMs)) return;
    }
    throw new Error(`The program did not serve again; ${join(this.#options.folder, 'program.log')} says why.`);
  }

  async #whenAccepted(many: number, withinMs = settleWithinMs): Promise<void> {
    const end = performance.now() + withinMs;
    while (this.#accepted < many && performance.now() < end && !this.#options.stop.aborted) {
      this.#expectAlive();
      await pause(10);
    }
  }

  #expectAlive(): void {
    if (this.#full || this.#program.isRunning) return;
    const what = 'The program ended by itself.';
    this.#troubles.push({ kind: 'program', session: null, seq: null, what });
    this.#program.spawn();
  }

  /** Everybody comes to an end, desks answer well, and nothing is owed any more. */
  async #settle(): Promise<void> {
    this.#crowd.windUp();
    this.#desks.calm = true;
    const end = performance.now() + settleWithinMs;
    while (this.#crowd.busy > 0) {
      this.#expectAlive();
      if (performance.now() > end) {
        this.#unsettled(`${this.#crowd.busy} sessions did not come to their end`);
        break;
      }
      await pause(50);
    }
    for (;;) {
      const { body } = await this.#caller.stubborn('GET', '/deliveries?state=owed&limit=1000');
      const owed = body.deliveries as readonly object[];
      if (owed.length === 0) return;
      if (performance.now() > end) return this.#unsettled(`calls are still owed, such as ${JSON.stringify(owed[0])}`);
      await pause(200);
    }
  }

  #unsettled(what: string): void {
    this.#troubles.push({ kind: 'lost', session: null, seq: null, what: `After ${settleWithinMs} ms ${what}.` });
  }

  /** What the program itself calls an error, the full disk apart. */
  #readProgramLog(): void {
    const errors = readFileSync(join(this.#options.folder, 'program.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"level":50') || /^\w*Error\b/.test(line));
    if (this.#options.disk !== null) return;
    for (const what of errors.slice(0, 20)) this.#troubles.push({ kind: 'program', session: null, seq: null, what });
  }
}
