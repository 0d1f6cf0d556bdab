/*
 * What each number means, for whoever watches it; docs/operations.md says from where on to be told. Names end in their
 * unit, and in `_total` when they only grow.
 */
const help: Readonly<Record<string, string>> = {
  sockets: 'Sockets of end users that are open.',
  socket_bytes_waiting: 'Bytes that were sent to sockets and that the network has not taken yet.',
  commands_total: 'Commands that went into a batch since the start.',
  commit_batches_total: 'Batches since the start; each is one transaction and one flush.',
  commit_seconds: 'How long a batch took to be stored and flushed.',
  commits_refused_total: 'Batches that the database did not take since the start; whoever was in them was told.',
  commands_decided_again_total: 'Commands that were decided again since the start, because another was faster.',
  commands_waiting: 'Commands that wait for their batch; from 20000 on new ones are refused.',
  sessions_cached: 'Sessions whose state is in memory.',
  sessions_held: 'Sessions whose calls this server makes, of those that several share.',
  lanes_running: 'Lanes that are owed something or are finishing.',
  calls_waiting_for_a_turn: 'Calls that wait because their endpoint or host has enough under way, or is probed.',
  deliveries_owed: 'Calls to desks that are owed now.',
  deliveries_dead: 'Calls to desks that were given up; an operator replays or skips them.',
  delivery_oldest_owed_seconds: 'How long the oldest call that is owed now has been owed; 0 when none is.',
  calls_delivered_total: 'Calls that a desk took since the start.',
  calls_failed_total: 'Tries that failed since the start.',
  calls_died_total: 'Calls that were given up since the start.',
  questions_answered_total: 'Questions of nodes (webhooks, code, models, bots) that were answered since the start.',
  questions_failed_total: 'Questions of nodes that took failed since the start.',
  resident_memory_bytes: 'Memory of the process that is in RAM.',
  database_bytes: 'Size of the database file of the router.',
  write_ahead_log_bytes: 'Size of its write-ahead log; it grows while somebody reads long or a checkpoint fails.',
  disk_free_bytes: 'What the file system of the data folder still takes.',
};

/** @param samples by name without prefix, labels included. @returns the text format of Prometheus. */
export function metricsText(samples: Readonly<Record<string, number>>): string {
  const described = new Set<string>();
  const lines = Object.entries(samples).flatMap(([sample, value]) => {
    const isBucket = sample.includes('_bucket{');
    const family = sample.replace(/\{.*$/, '').replace(/_(bucket|sum|count)$/, '');
    const line = `baton_${sample} ${value}`;
    if (described.has(family)) return [line];
    described.add(family);
    const type = isBucket ? 'histogram' : family.endsWith('_total') ? 'counter' : 'gauge';
    const about = help[family];
    const said = about === undefined ? [] : [`# HELP baton_${family} ${about}`];
    return [...said, `# TYPE baton_${family} ${type}`, line];
  });
  return `${lines.join('\n')}\n`;
}
