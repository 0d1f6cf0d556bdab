/** A fault that is put into the program while it is loaded; the program's own files are never touched. */
export type Plant = Readonly<{
  /** The file under src. */
  file: string;
  /** A passage of it, found just once, and what stands there instead. */
  find: string;
  put: string;
  /** What is wrong then. */
  wrong: string;
  /** Whether it shows among several instances. */
  several?: true;
}>;

export const plants: Readonly<Record<string, Plant>> = {
  'told-before-flush': {
    file: 'engine/session-cache.ts',
    find: '    await sessions.flushed();\n',
    put: '',
    wrong: 'Who comes while a session is being stored is shown what a power cut may still take.',
  },
  'read-before-flush': {
    file: 'http/serve.ts',
    find: '      await flushed();\n',
    put: '      void flushed;\n',
    wrong: 'Who reads the log is told what a power cut may still take.',
  },
  'faster-than-the-commit': {
    file: 'store/flushes.ts',
    find: '      await last;',
    put: '      await flush();',
    wrong: 'A lane that catches up may be done before its commit is told of, and calls again.',
  },
  'begun-after-its-end': {
    file: 'engine/open.ts',
    find: "if (handedOut !== undefined && handedOut.expiresAt <= at) return 'session-ended';",
    put: '',
    wrong: 'A session that was handed out is begun after its time is over.',
  },
  'dies-again-in-silence': {
    file: 'core/handoff.ts',
    find: 'if (replayed && cause !== null)',
    put: "if (replayed && cause === '')",
    wrong: 'A start call that was replayed and refused again is dead, and the log does not say so.',
  },
  'acknowledge-before-flush': {
    file: 'engine/commit.ts',
    find: 'const results = await parts.sessions.commitBatch(commits, parts.clock.now());',
    put: "parts.sessions.commitBatch(commits, parts.clock.now()).catch(() => {}); const results = commits.map(() => 'committed');",
    wrong: 'Everybody is answered while the disk still writes.',
  },
  'call-before-flush': {
    file: 'delivery/lane.ts',
    find: 'if (fresh.length > 0) await this.#parts.deliveries.flushed();',
    put: '',
    wrong: 'A lane that catches up calls for what is committed and not flushed yet.',
  },
  'overtake-in-a-lane': {
    file: 'delivery/lane.ts',
    find: '} else this.#shed(head);',
    put: '} else this.#queue.push(...this.#queue.splice(0, 1));',
    wrong: 'A call that failed goes to the end of its lane.',
  },
  'dead-call-blocks-its-lane': {
    file: 'delivery/attempts.ts',
    find: "if (settled === 'settled' && resumed !== null) lane.delay = 'none';\n  return settled;",
    put: 'return new Promise<Settled>(() => {});',
    wrong: 'Nothing behind a dead call is tried.',
  },
  'retry-with-a-new-id': {
    file: 'delivery/attempts.ts',
    find: 'const id = deliveryId({ sessionId: conversation.id, ...owed });',
    put: 'const id = deliveryId({ sessionId: conversation.id, ...owed, part: owed.part + owed.attempts });',
    wrong: 'A repeat of a call has another id.',
  },
  'retry-with-other-bytes': {
    file: 'delivery/bodies.ts',
    find: 'await sessions.readMessages(conversation.id, 0, lastSeq, -1)',
    put: 'await sessions.readMessages(conversation.id, 0, lastSeq + 50, -1)',
    wrong: 'The start call tells what is said after it too: an overlap with the calls that follow.',
  },
  'gap-at-start': {
    file: 'core/run-flow.ts',
    find: 'lastSeq: turn.session.lastMessageSeq,',
    put: 'lastSeq: Math.max(0, turn.session.lastMessageSeq - 1),',
    wrong: 'The start call lacks the last message before it, and no call follows with it.',
  },
  'calls-after-failed': {
    file: 'core/calls.ts',
    find: "return failed ? [{ kind: 'cancel', lane: laneOf(event.epoch) }] : [];",
    put: 'return failed ? [] : [];',
    wrong: 'A desk that refused a handoff is sent what was said meanwhile all the same.',
  },
  'owed-calls-forgotten-at-start': {
    file: 'delivery/dispatcher.ts',
    find: 'if (claims === null) await recover(deliveries, lanes);\n      else claims.start();\n',
    put: '',
    wrong: 'What was owed before a restart is not looked for.',
  },
  'start-answer-not-stored': {
    file: 'engine/commit.ts',
    find: 'session.version > before || answers.length > 0 || changes.length > 0 || woken',
    put: 'session.version > before || answers.length > 0 || woken',
    wrong: 'A call that was settled without an event stays owed.',
  },
  'idempotency-key-forgotten': {
    file: 'engine/decide-all.ts',
    find: "if (idempotency !== undefined && result.kind === 'done') work.answers.push(answerOf(idempotency, result));",
    put: 'void answerOf;',
    wrong: "A desk's repeat under the same key is another message.",
  },
  'client-id-forgotten-at-restart': {
    file: 'engine/session-cache.ts',
    find: '?.said?.has(clientId) ?? true',
    put: '?.said?.has(clientId) ?? false',
    wrong: 'An end user who sends again what was accepted before a restart says it twice.',
  },
  'epoch-ignored': {
    file: 'core/handoff.ts',
    find: 'if (epoch !== undefined && epoch !== phase.handoff.epoch) {',
    put: 'if (epoch === -1) {',
    wrong: 'A write that names another handoff counts for the one that owns the session.',
  },
  'two-outcomes': {
    file: 'core/handoff.ts',
    find: "  if (phase.kind !== 'handoff') return done();\n  const handoff = ownedHandoff(turn, command.epoch);",
    put: "  if (phase.kind === 'waiting') tell(turn, { kind: 'handoff-ended', epoch: named, node: phase.node, outcome: 'disconnected', cause: '' });\n  if (phase.kind !== 'handoff') return done();\n  const handoff = ownedHandoff(turn, command.epoch);",
    wrong: 'A second disconnect ends the handoff once more.',
  },
  'expired-without-an-outcome': {
    file: 'core/handoff.ts',
    find: "    tell(turn, { kind: 'handoff-ended', epoch, node, outcome: 'expired', cause: 'The session expired.' });\n",
    put: '    void [epoch, node];\n',
    wrong: 'A handoff in a session that expires just stops.',
  },
  'input-lost-while-connecting': {
    file: 'core/evolve.ts',
    find: "inputs: handoff.stage.kind === 'connecting' ? [...known.inputs, input] : known.inputs,",
    put: 'inputs: known.inputs,',
    wrong: 'What was said while a live agent was sought is no input of the flow after Failed.',
  },
  'input-lost-while-a-node-waits': {
    file: 'core/run-flow.ts',
    find: 'return kept === undefined ? wait : takeInput(turn, id, node, { text: kept.text, messageSeq: kept.seq, misses: 0 });',
    put: 'return kept === undefined ? wait : wait;',
    wrong: 'A node that begins to wait does not look at what was said before.',
  },
  'clock-not-stopped-by-an-answer': {
    file: 'core/evolve.ts',
    find: '{ ...stage, answered: true, owedSince: null }',
    put: '{ ...stage, answered: true }',
    wrong: 'The response clock runs on although the live agent has answered.',
  },
  'clock-kept-in-memory': {
    file: 'engine/waker.ts',
    find: '    this.#running = true;\n    this.#ring();',
    put: '    this.#running = true;',
    wrong: 'After a restart nobody looks for deadlines until another session sets one.',
  },
  'lost-wake-up': {
    file: 'engine/commit.ts',
    find: "if (typeof commit.wakeAt === 'number') parts.scheduled(commit.wakeAt);",
    put: '',
    wrong: 'A new deadline is stored, and whoever waits for the next one is not told.',
  },
  'wake-up-left-too-late': {
    file: 'engine/commit.ts',
    find: 'return stored > at && stored <= due && (stored - at) * 4 >= due - at;',
    put: 'return stored > at;',
    wrong: 'The stored wake-up stays although the deadline has come nearer.',
  },
  'command-before-deadline': {
    file: 'core/decide.ts',
    find: '  passDeadlines(turn);\n  const result = follow(turn, command);',
    put: '  const result = follow(turn, command);\n  passDeadlines(turn);',
    wrong: 'An answer that comes after the deadline still counts.',
  },
  'time-runs-backwards': {
    file: 'core/turn.ts',
    find: 'at: Math.max(at, session.at)',
    put: 'at',
    wrong: 'After the clock was set back events are earlier than those before them.',
  },
  'status-backwards': {
    file: 'core/evolve.ts',
    find: 'unread: session.unread.filter((message) => message.seq > event.to),',
    put: 'unread: session.unread,',
    wrong: 'A message that was read becomes undeliverable when the session ends.',
  },
  'resume-off-by-one': {
    file: 'live/stream.ts',
    find: '    this.#cursor = after;',
    put: '    this.#cursor = after === 0 ? 0 : after + 1;',
    wrong: 'Whoever resumes misses one.',
  },
  'hole-after-a-lost-hint': {
    file: 'live/stream.ts',
    find: 'const continues = !this.#reading && change.before <= this.#cursor;',
    put: 'const continues = true;',
    wrong: 'A socket that still reads the log is sent what is newer in between.',
  },
  'delay-never-ends': {
    file: 'delivery/attempts.ts',
    find: "if ((await submit(id, { kind: 'report-resumed', epoch: epochOf(owed.lane) })) === 'again') return 'again';",
    put: '',
    wrong: 'The end user is never told that the desk receives again.',
  },
  'refused-on-a-stale-session': {
    file: 'engine/commit.ts',
    find: 'works.filter((work) => !leavesSomething(work));',
    put: 'works.slice(0, 0);',
    wrong: 'What is only refused is not looked at again where another instance has committed meanwhile.',
    several: true,
  },
  'read-of-a-stale-session': {
    file: 'engine/session-cache.ts',
    find: 'const events = await sessions.readEvents(id, cached.session.version, -1);',
    put: 'const events: SessionEvent[] = [];',
    wrong: 'Whoever is let in is shown a session as this instance last knew it.',
    several: true,
  },
  'calls-of-others-overtaken': {
    file: 'delivery/claims.ts',
    find: 'const isKnown = (known?.seq ?? null) === caller.owedBefore;',
    put: 'const isKnown = true;',
    wrong: 'A call is pushed into a lane that does not know of the calls another instance has committed before it.',
    several: true,
  },
  'read-before-it-was-told': {
    file: 'delivery/lane.ts',
    find: 'for (const { seq } of fresh) this.#parts.claims?.found(this.#sessionId, seq);',
    put: '',
    wrong: 'A call that its lane has read is made again when the answer to its commit comes late.',
    several: true,
  },
  'delay-untold-after-news': {
    file: 'delivery/lane.ts',
    find: 'if (this.untold && !call.dropped) return this.#tellLate(call);',
    put: '',
    wrong: 'A delay is not told when another instance has committed while the call was tried.',
    several: true,
  },
  'pushed-while-lanes-are-read': {
    file: 'delivery/claims.ts',
    find: 'if (isKnown && !this.#unread.has(id) && !this.#reading.has(id)) return',
    put: 'if (isKnown) return',
    wrong: 'A call is pushed into lanes while it is being read what is owed in them.',
    several: true,
  },
  'settled-is-read-as-owed': {
    file: 'delivery/claims.ts',
    find: '        // What was settled here is not to be found owed.\n        await flush();\n',
    put: '',
    wrong: 'Lanes are read before it is written what was settled in them.',
    several: true,
  },
  'nobody-takes-over': {
    file: 'delivery/claims.ts',
    find: 'await this.#takeOver(this.lease.mayTakeLate);',
    put: '',
    wrong: 'The calls of an instance that is gone are nobody’s.',
    several: true,
  },
  'hints-trusted-for-calls': {
    file: 'delivery/claims.ts',
    find: 'if (this.#rounds % roundsPerLook === 0) await this.#look();',
    put: 'if (this.#rounds === 0) await this.#look();',
    wrong: 'A call that another instance has committed is made only when its hint arrives.',
    several: true,
  },
  'hints-trusted-for-sockets': {
    file: 'live/watch.ts',
    find: 'await pause(clock, lookEveryMs, wake.signal);',
    put: 'await pause(clock, lookEveryMs * 1_000, wake.signal);',
    wrong: 'A socket is sent what another instance has committed only when its hint arrives.',
    several: true,
  },
  'lane-goes-on-unread': {
    file: 'delivery/lane.ts',
    find: 'if (this.#parts.claims !== null) this.#isStale = true;',
    put: '',
    wrong: 'A lane does not read anew what another instance has cancelled while its start call was made.',
    several: true,
  },
  'delay-told-by-one-cut-off': {
    several: true,
    file: 'delivery/attempts.ts',
    find: 'await submit(id, delay, () => lane.mayCall && !owed.dropped);',
    put: 'await submit(id, delay);',
    wrong: 'An instance that was cut off goes on reporting a delay that others have ended.',
  },
  'repeats-hold-up-everybody': {
    several: true,
    file: 'engine/decide-all.ts',
    find: '  return seq === null ? null : {',
    put: '  if (seq !== null && here === undefined) await parts.sessions.readEvent(session.id, seq);\n  return seq === null ? null : {',
    wrong: 'Each message that is said again is looked up, one after the other, while the batch waits.',
  },
  'outcome-lost-with-the-server': {
    file: '../proof/sim/shared/instances.ts',
    find: '      !owes(row) &&\n',
    put: '',
    wrong: 'A session is let go of although the database has forgotten that a call was taken.',
    several: true,
  },
  'claimed-and-forgotten': {
    file: '../proof/sim/shared/stores.ts',
    find: 'row.wakeAt = at + claimedMs;',
    put: 'row.wakeAt = null;',
    wrong: 'A session that was found due is due for nobody else, whatever becomes of the instance that found it.',
    several: true,
  },
  'versions-not-checked': {
    file: '../proof/sim/disk/sessions.ts',
    find: 'return known?.version === before ? known : null;',
    put: 'return known ?? null;',
    wrong: 'A commit is taken although another instance has committed since it was decided.',
    several: true,
  },
};
