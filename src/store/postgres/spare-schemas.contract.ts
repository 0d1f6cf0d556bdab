import { installSchema } from './postgres-store.ts';
import { ask } from './server.contract.ts';

/** Schemas with all tables and nothing in them but what migrations put there. */
export type SpareSchemas = Readonly<{
  /** @returns its URL. */
  take: () => Promise<string>;
  /** From now on nobody asks it anything; it is emptied when it is taken again. */
  giveBack: (url: string) => void;
}>;

/** Making the tables takes half a second, emptying them some milliseconds. @param newDatabase an empty schema's URL. */
export function spareSchemas(newDatabase: () => Promise<string>): SpareSchemas {
  const free: string[] = [];
  const emptying = new Map<string, string>();
  return {
    take: async () => {
      const spare = free.pop();
      if (spare !== undefined) {
        await ask(spare, emptying.get(spare) ?? '');
        return spare;
      }
      const url = await newDatabase();
      await installSchema(url, 0);
      emptying.set(url, await emptyingOf(url));
      return url;
    },
    giveBack: (url) => void free.push(url),
  };
}

/** Tables, partitions aside. @returns their names. */
export async function tablesOf(url: string): Promise<readonly string[]> {
  const rows = await ask(
    url,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace
       AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
  );
  return rows.map(({ name }) => String(name));
}

/** @returns the statements that bring a schema back to what it holds now. */
async function emptyingOf(url: string): Promise<string> {
  const statements: string[] = [];
  for (const table of (await tablesOf(url)).filter((name) => name !== 'migrations')) {
    statements.push(`DELETE FROM ${table}`);
    for (const { row } of await ask(url, `SELECT quote_literal(row_to_json(t)) AS row FROM ${table} t`)) {
      const columns = `json_populate_record(NULL::${table}, ${String(row)})`;
      statements.push(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM ${columns}`);
    }
  }
  return statements.join('; ');
}
