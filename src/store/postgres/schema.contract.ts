type Ask = (text: string) => Promise<readonly Record<string, unknown>[]>;

/** The schema as text, as the committed dump holds it: tables without their partitions, constraints, indexes. */
export async function dumpSchema(ask: Ask): Promise<string> {
  const schema = String((await ask('SELECT current_schema() AS name'))[0]?.name);
  const tables = await ask(
    `SELECT c.oid::integer AS oid, c.relname AS name, pg_get_partkeydef(c.oid) AS partitioned FROM pg_class c
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     ORDER BY c.relname`,
  );
  const parts: string[] = [];
  for (const { oid, name, partitioned } of tables) {
    const columns = await ask(
      `SELECT a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
         || CASE WHEN c.collname <> 'default' THEN ' COLLATE "' || c.collname || '"' ELSE '' END
         || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
         || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') AS text
       FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       LEFT JOIN pg_collation c ON c.oid = a.attcollation
       WHERE a.attrelid = ${String(oid)} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    );
    // From version 18 on NOT NULL is a constraint too; the columns say it already.
    const constraints = await ask(
      `SELECT 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) AS text FROM pg_constraint
       WHERE conrelid = ${String(oid)} AND contype <> 'n' ORDER BY conname`,
    );
    const lines = [...columns, ...constraints].map(({ text }) => `  ${String(text)}`).join(',\n');
    parts.push(
      `CREATE TABLE ${String(name)} (\n${lines}\n)${partitioned === null ? '' : ` PARTITION BY ${String(partitioned)}`};`,
    );
  }
  const indexes = await ask(
    `SELECT pg_get_indexdef(i.indexrelid) AS text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT c.relispartition
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY c.relname`,
  );
  const all = [...parts, ...indexes.map(({ text }) => `${String(text)};`)].join('\n\n');
  return `${all.replaceAll(`${schema}.`, '')}\n`;
}
