import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../random.ts';
import { Caller } from './caller.ts';
import { Crowd } from './crowd.ts';
import { Desks } from './desks.ts';
import type { Disk } from './disk.ts';
import { accountKey, freePort, Program } from './program.ts';
import { readLogs } from './read-logs.ts';
import type { SessionRecord, Trouble } from './record.ts';
import { publish, settled, settleWithinMs } from './stages.ts';

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
  /** What was done to the program, and how often. */
  done: Readonly<Record<string, number>>;
  connections: number;
  loadSeconds: number;
  seconds: number;
  treated: Readonly<Record<string, number>>;
}>;

const startWithinMs = 30_000;

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

  private constructor(options: ActOptions, port: number) {
    this.#options = options;
    const { folder, disk, chance, atOnce } = options;
    mkdirSync(folder, { recursive: true });
    const url = `http://127.0.0.1:${port}`;
    this.#program = new Program({
      ...{ url, logFile: join(folder, 'program.log') },
      environment: {
        ...{ PORT: String(port), BATON_DATA: disk?.folder ?? join(folder, 'data') },
        ...{ BATON_SECRET: 'a-secret-for-chaos-only', BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
      },
    });
    this.#caller = new Caller(url, accountKey);
    const onTrouble = (trouble: Trouble): void => void this.#troubles.push(trouble);
    const onAccepted = (): void => {
      this.#accepted += 1;
    };
    this.#crowd = new Crowd({
      ...{ url, caller: this.#caller, chance: chance.fork('crowd'), atOnce, onAccepted, onTrouble },
      ...{ brisk: options.desks === 'brisk', isOneOfSeveral: false },
    });
    this.#desks = new Desks({
      ...{ chance: chance.fork('desks'), host: '127.0.0.1' },
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
    await publish(this.#caller, this.#desks);
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
      ...{ name, sessions, troubles: this.#troubles, accepted: this.#accepted },
      done: { 'kills (SIGKILL)': this.#kills, starts: this.#program.starts, 'disk full': this.#fillings },
      ...{ connections: this.#crowd.connections, loadSeconds, treated: this.#desks.treated },
      seconds: (performance.now() - begun) / 1_000,
    };
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
    const log = join(this.#options.folder, 'program.log');
    throw new Error(`The program did not serve again; ${log} says why. Its end:\n${this.#program.lastWords}`);
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
    const keepUp = (): void => this.#expectAlive();
    this.#troubles.push(...(await settled({ crowd: this.#crowd, desks: this.#desks, caller: this.#caller, keepUp })));
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
