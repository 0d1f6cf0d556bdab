import type { DeskSync } from '../../contract/desk-api.ts';
import { type CallTables, callTables } from './call-tables.ts';
import { type ConversationTable, conversationTable } from './conversation-table.ts';
import { inTransaction, openDeskDatabase } from './database.ts';
import { type EntryTable, entryTable } from './entry-table.ts';
import { type OutboxTable, outboxTable } from './outbox-table.ts';
import { type PeopleTable, peopleTable } from './people-table.ts';

/*
 * What the desk remembers.
 * 1. Everything is written inside `commit`: one transaction, one flush. What it gives back is on disk.
 * 2. Each conversation and entry that is written gets the next number of one counter; nothing is ever removed, so what
 *    a reader missed is what has a higher number than its cursor.
 */
export type DeskStore = Readonly<{
  /** Runs `work` in a transaction and tells the listeners when it changed something that pages see. */
  commit: <Result>(work: () => Result) => Result;
  /** @param listener is called after a commit that changed something that pages see. */
  onChange: (listener: () => void) => void;
  /** The number of the newest change. */
  cursor: () => number;
  /**
   * What changed after a cursor, in order of change; at most `limit` conversations and entries each, -1 for all. Its
   * own cursor says up to where it is complete.
   */
  changesAfter: (after: number, limit: number) => DeskSync;
  conversations: ConversationTable;
  entries: EntryTable;
  outbox: OutboxTable;
  calls: CallTables;
  people: PeopleTable;
  close: () => void;
}>;

/** @param folder that exists. @throws DeskDatabaseError with a sentence when a newer program was here. */
export function openDeskStore(folder: string): DeskStore {
  const database = openDeskDatabase(folder);
  const newest = database.prepare('SELECT newest FROM changes');
  const next = database.prepare('UPDATE changes SET newest = newest + 1 RETURNING newest');
  const listeners: (() => void)[] = [];
  let written = false;
  const nextChange = (): number => {
    written = true;
    return Number(next.get()?.newest);
  };
  const cursor = (): number => Number(newest.get()?.newest);
  const conversations = conversationTable(database, nextChange);
  const entries = entryTable(database, nextChange);
  const commit: DeskStore['commit'] = (work) => {
    written = false;
    const result = inTransaction(database, work);
    if (written) for (const listener of listeners) listener();
    return result;
  };
  return {
    ...{ commit, cursor, conversations, entries },
    outbox: outboxTable(database),
    calls: callTables(database),
    people: peopleTable(database),
    onChange: (listener) => void listeners.push(listener),
    changesAfter: (after, limit) => {
      const changed = {
        conversations: conversations.changedAfter(after, limit),
        entries: entries.changedAfter(after, limit),
      };
      const ends = Object.values(changed).flatMap((rows) => {
        const last = rows.length === limit ? rows.at(-1) : undefined;
        return last === undefined ? [] : [last.change];
      });
      const upTo = Math.min(cursor(), ...ends);
      const until = <Value>(rows: readonly { change: number; value: Value }[]): Value[] =>
        rows.filter(({ change }) => change <= upTo).map(({ value }) => value);
      return { cursor: upTo, conversations: until(changed.conversations), entries: until(changed.entries) };
    },
    close: () => database.close(),
  };
}
