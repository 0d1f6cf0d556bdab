import { wakeAt } from '../../src/core/response-clock.ts';
import type { Store } from '../../src/store/store.ts';

/** One row as the store has written it. */
export type StoredRow = Readonly<Record<string, string | number | null>>;

/** The rows of the session that is copied. */
export type Original = Readonly<{
  id: string;
  /** When its live agent's answer is due, ms. */
  dueAt: number;
  session: StoredRow;
  events: readonly StoredRow[];
  deliveries: readonly StoredRow[];
}>;

/** How an engine writes what differs. */
export type Dialect = Readonly<{
  /** Twelve hexadecimal digits. */
  hex: (number: string) => string;
  id: (text: string) => string;
  text: (number: string) => string;
  /** A table expression with the numbers from `first` to `last` as `n`. */
  series: (first: number, last: number) => string;
}>;

/** Copies numbered `first` to `first + count - 1`, due in equal steps from one instant to another. */
export type Batch = Readonly<{ first: number; count: number; fromMs: number; toMs: number }>;

/** @throws Error when what the store holds of the session is not a handoff whose clock runs. */
export async function originalOf(
  store: Store,
  id: string,
  read: (text: string) => Promise<readonly StoredRow[]>,
): Promise<Original> {
  const session = await store.sessions.load(id);
  if (session?.phase.kind !== 'handoff' || session.phase.handoff.stage.kind !== 'connected') {
    throw new Error('The first session is not connected.');
  }
  const [row] = await read(`SELECT * FROM sessions WHERE id = '${id}'`);
  const events = await read(`SELECT * FROM events WHERE session_id = '${id}' ORDER BY seq`);
  const deliveries = await read(`SELECT * FROM deliveries WHERE session_id = '${id}' ORDER BY lane, seq, part`);
  if (row === undefined || deliveries.some(({ state }) => state !== 'delivered')) {
    throw new Error('Calls of the first session are still owed.');
  }
  // What the store wakes at may come too early, once; then it is the deadline. Nobody holds a session that rests.
  const dueAt = wakeAt(session) ?? Number.NaN;
  const rested = { ...row, wake_at: dueAt, ...('caller' in row && { caller: null }) };
  return { id, dueAt, session: rested, events, deliveries };
}

const rowsAtOnce = 2_000;

/** The statements that write a batch, some rows at a time, in order of birth. */
export function* statementsOf(original: Original, batch: Batch, dialect: Dialect): Generator<readonly string[]> {
  const { first, count } = batch;
  for (let at = first; at < first + count; at += rowsAtOnce) {
    const series = dialect.series(at, Math.min(at + rowsAtOnce, first + count) - 1);
    const source = `(SELECT n, shift, ${idOf(original, dialect)} AS copy FROM
      (SELECT n, ${shiftOf(original, batch)} AS shift FROM ${series}) numbers) copies`;
    const insert = (table: string, row: StoredRow): string => {
      const values = Object.entries(row).map(([name, value]) => valueFor(name, value, original, dialect));
      return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) SELECT ${values.join(', ')} FROM ${source}`;
    };
    yield [
      insert('sessions', original.session),
      ...original.events.map((row) => insert('events', row)),
      ...original.deliveries.map((row) => insert('deliveries', row)),
    ];
  }
}

/** When the copy of a number is due, ms. */
export const dueAtOf = ({ first, count, fromMs, toMs }: Batch, n: number): number =>
  fromMs + Math.floor(((n - first) * (toMs - fromMs)) / count);

/** The number of a copy, from its id. */
export const numberOf = (id: string): number => Number.parseInt(id.slice(24), 16);

/** By how much each copy lies later than the original. */
const shiftOf = ({ dueAt }: Original, { first, count, fromMs, toMs }: Batch): string =>
  `${fromMs - dueAt} + ((n - ${first}) * ${toMs - fromMs}) / ${count}`;

/** A UUID, version 7, of the copy's birth, which ends in its number. */
function idOf({ id }: Original, { hex, id: asId }: Dialect): string {
  const bornAt = Number.parseInt(id.slice(0, 13).replace('-', ''), 16);
  const born = hex(`${bornAt} + shift`);
  return asId(`substr(${born}, 1, 8) || '-' || substr(${born}, 9) || '-7000-8000-' || ${hex('n')}`);
}

const isIdColumn = (name: string): boolean => name === 'id' || name === 'session_id';
/** Instants of today, ms; all that the rows hold of them is moved. */
const instant = /\b\d{13}\b/;

function valueFor(name: string, value: string | number | null, original: Original, dialect: Dialect): string {
  if (isIdColumn(name)) return 'copy';
  if (value === null) return 'NULL';
  if (typeof value === 'number') return instant.test(String(value)) ? `${value} + shift` : String(value);
  if (name !== 'body' && name !== 'detail') return quoted(value);
  const parts = value.split(new RegExp(`(${original.id}|${instant.source})`));
  return parts
    .map((part) => {
      if (part === original.id) return dialect.text('copy');
      return instant.test(part) && part.length === 13 ? dialect.text(`(${part} + shift)`) : quoted(part);
    })
    .join(' || ');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
