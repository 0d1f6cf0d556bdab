import type { ActResult } from './act.ts';
import { reconcile } from './reconcile.ts';
import { type SessionRecord, type Trouble, troubleKinds } from './record.ts';

export type Report = Readonly<{
  figures: Readonly<Record<string, number>>;
  troubles: readonly Trouble[];
}>;

/** Reconciles all sessions of the acts and adds up. */
export function reportOf(acts: readonly ActResult[]): Report {
  const sessions = acts.flatMap((act) => act.sessions);
  const troubles = [...acts.flatMap((act) => act.troubles), ...sessions.flatMap((session) => reconcile(session))];
  const of = (kind: Trouble['kind']): number => troubles.filter((trouble) => trouble.kind === kind).length;
  const sum = (figure: (act: ActResult) => number): number => acts.reduce((total, act) => total + figure(act), 0);
  const seconds = sum((act) => act.seconds);
  const accepted = sum((act) => act.accepted);
  const { arrivals, firsts } = countArrivals(sessions);
  return {
    troubles,
    figures: {
      sessions: sessions.length,
      handoffs: sessions.reduce(
        (total, { log }) => total + log.filter(({ kind }) => kind === 'handoff-requested').length,
        0,
      ),
      'messages sent': sessions.reduce(
        (total, { said, asked }) => total + said.length + asked.filter(({ text }) => text !== null).length,
        0,
      ),
      'messages accepted': accepted,
      'calls delivered (first arrivals)': firsts,
      'calls repeated under the same id': arrivals - firsts - of('other id'),
      'frames delivered': sessions.reduce(
        (total, { tabs }) => total + tabs.reduce((some, { frames }) => some + frames.length, 0),
        0,
      ),
      'connections of end users': sum((act) => act.connections),
      ...sumsOf(acts.map(({ done }) => done)),
      seconds: Math.round(seconds),
      'messages accepted a second under load': Math.round(accepted / sum((act) => act.loadSeconds)),
      ...Object.fromEntries(troubleKinds.map((kind) => [words[kind], of(kind)])),
    },
  };
}

function sumsOf(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((some) => Object.entries(some))) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

const words: Readonly<Record<Trouble['kind'], string>> = {
  lost: 'LOST',
  reordered: 'REORDERED',
  'other id': 'REPEATED UNDER ANOTHER ID',
  changed: 'changed on the way',
  twice: 'delivered or stored twice',
  invented: 'never said or owed',
  owner: 'with two owners',
  outcome: 'wrong outcomes',
  clock: 'response clock early',
  dead: 'given up without a refusal',
  program: 'errors of the program',
};

function countArrivals(sessions: readonly SessionRecord[]): Readonly<{ arrivals: number; firsts: number }> {
  let arrivals = 0;
  let firsts = 0;
  for (const session of sessions) {
    arrivals += session.arrivals.length;
    firsts += new Set(session.arrivals.map(({ about }) => about)).size;
  }
  return { arrivals, firsts };
}

/** The figures as a table, one a line. */
export function tableOf({ figures }: Report): string {
  const width = Math.max(...Object.keys(figures).map((name) => name.length));
  return Object.entries(figures)
    .map(([name, value]) => `  ${name.padEnd(width)}  ${value.toLocaleString('en').padStart(9)}`)
    .join('\n');
}

const mostShown = 40;

export function troublesOf({ troubles }: Report): string {
  const lines = troubles.slice(0, mostShown).map(({ kind, session, seq, what }) => {
    const where = [session === null ? null : `session ${session}`, seq === null ? null : `seq ${seq}`];
    return `  ${kind}: ${where.filter((one) => one !== null).join(', ')}${session === null ? '' : ': '}${what}`;
  });
  const more = troubles.length > mostShown ? [`  … and ${troubles.length - mostShown} more`] : [];
  return [...lines, ...more].join('\n');
}
