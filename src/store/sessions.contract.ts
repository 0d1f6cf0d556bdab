import assert from 'node:assert/strict';
import { wakeAt } from '../core/response-clock.ts';
import { checksOn, newId, next, opening, say, start, talk } from './kit.contract.ts';
import type { Store } from './store.ts';

/** What every store keeps of sessions. @param open a new, empty store. */
export function sessionsContract(open: () => Promise<Pick<Store, 'sessions' | 'close'>>): void {
  const check = checksOn(open);

  check('what was committed is what is loaded, also past snapshots', async (store) => {
    const session = await talk(store, ...Array.from({ length: 100 }, (_, index) => `text ${index} \u{1f44b} é`));
    assert.deepEqual(await store.sessions.load(session.id), session);
    const events = await store.sessions.readEvents(session.id, 0, -1);
    assert.equal(events.length, session.version);
    assert.deepEqual(
      (await store.sessions.readEvents(session.id, 10, 3)).map(({ seq }) => seq),
      [11, 12, 13],
    );
    assert.equal(await store.sessions.load(newId()), null);
  });

  check('a commit that was overtaken changes nothing, the others of its batch stand', async (store) => {
    const [one, two] = [await talk(store, 'a'), await talk(store, 'b')];
    const [stale, fresh, other] = [
      next(one, say('late'), 3000),
      next(one, say('first'), 3000),
      next(two, say('x'), 3000),
    ];
    await store.sessions.commitBatch([fresh], 3000);
    assert.deepEqual(await store.sessions.commitBatch([stale, other], 3000), ['conflict', 'committed']);
    assert.deepEqual(await store.sessions.load(one.id), fresh.session);
    assert.deepEqual(await store.sessions.load(two.id), other.session);
    assert.deepEqual(await store.sessions.commitBatch([opening(start(one.id))], 3000), ['conflict']);
  });

  check('a batch that fails leaves nothing behind', async (store) => {
    const session = await talk(store, 'a');
    const good = next(session, say('b'), 3000);
    const [event] = good.events;
    assert.ok(event);
    const twice = { ...next(await talk(store, 'x'), say('c'), 3000), events: [event, event] };
    await assert.rejects(store.sessions.commitBatch([good, twice], 3000));
    assert.deepEqual(await store.sessions.load(session.id), session);
    assert.deepEqual(await store.sessions.commitBatch([good], 3000), ['committed']);
  });

  check('answers are found again until they are too old', async (store) => {
    const session = await talk(store);
    const answer = { key: 'k', fingerprint: 'f', body: '{"seq":1}' };
    await store.sessions.commitBatch([{ ...next(session, say('a'), 3000), answers: [answer] }], 3000);
    assert.deepEqual(await store.sessions.findAnswer(session.id, 'k', 3000), answer);
    assert.equal(await store.sessions.findAnswer(session.id, 'k', 3001), null);
    assert.equal(await store.sessions.findAnswer(session.id, 'other', 0), null);
  });

  check('sessions are due at their wake-up and no more when they have ended', async (store) => {
    const session = await talk(store);
    const due = wakeAt(session);
    assert.ok(due !== null);
    assert.equal(await store.sessions.nextWakeAt(0), due);
    assert.equal(await store.sessions.nextWakeAt(due - 1), due);
    assert.equal(await store.sessions.nextWakeAt(due), null, 'one that is due is not to come');
    assert.deepEqual(await store.sessions.claimDue(due - 1, 10), []);
    assert.deepEqual(await store.sessions.claimDue(due, 10), [session.id]);
    await store.sessions.commitBatch([next(session, { kind: 'leave' }, 3000)], 3000);
    assert.equal(await store.sessions.nextWakeAt(0), null);
  });
}
