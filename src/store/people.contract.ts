import assert from 'node:assert/strict';
import { checksOn } from './kit.contract.ts';
import {
  mostSetupLinks,
  mostSignIns,
  type NewPerson,
  type PeopleStore,
  type SignIn,
  type SignInLink,
} from './people.ts';
import type { Store } from './store.ts';

type People = Pick<Store, 'people' | 'close'>;

const ana: NewPerson = {
  ...{ id: 'ana', email: 'ana@example.org', name: 'Ana Ü ✓', role: 'owner', passwordHash: 'hash of ana' },
  ...{ subject: null, createdAt: 5 },
};
const bo: NewPerson = { ...ana, id: 'bo', email: 'bo@example.org', name: 'Bo', role: 'viewer', createdAt: 6 };
const noWay = { passwordHash: null, subject: null };
const google = { issuer: 'https://accounts.example', subject: '1' };

let made = 0;
const signIn = (at = 100, tokenHash = `sign-in ${++made}`): SignIn => ({
  tokenHash,
  refreshedAt: at,
  expiresAt: at + 50,
});
const invitation = (personId: string, expiresAt = 1_000, tokenHash = `invitation ${++made}`): SignInLink => ({
  ...{ tokenHash, kind: 'invitation', personId, expiresAt },
});
const link = (personId: string, expiresAt = 1_000): SignInLink => ({
  ...{ tokenHash: `link ${++made}`, kind: 'sign-in', personId, expiresAt },
});
const setup = (expiresAt = 1_000): SignInLink => ({
  ...{ tokenHash: `setup ${++made}`, kind: 'setup', personId: null, expiresAt },
});

const ids = async (people: PeopleStore): Promise<readonly string[]> => (await people.list()).map(({ id }) => id);
const holds = async (people: PeopleStore, { tokenHash }: SignIn): Promise<boolean> =>
  (await people.findSignIn(tokenHash)) !== null;

/** What every store keeps of people. @param open a new, empty store. */
export function peopleContract(open: () => Promise<People>): void {
  peopleThemselves(open);
  signInsOf(open);
  linksOf(open);
  ownersOf(open);
  providersOf(open);
}

function peopleThemselves(open: () => Promise<People>): void {
  const check = checksOn(open);

  check('people are kept as they came, found by id, e-mail and what a provider calls them', async ({ people }) => {
    const both = { ...bo, subject: google };
    assert.equal(await people.add(both, null), 'added');
    assert.equal(await people.add(ana, null), 'added');
    const stored = [
      { ...ana, lastSeenAt: null },
      { ...both, lastSeenAt: null },
    ];
    assert.deepEqual(await people.list(), stored);
    assert.deepEqual(await people.find('bo'), stored[1]);
    assert.deepEqual(await people.findByEmail('ana@example.org'), stored[0]);
    assert.deepEqual(await people.findBySubject(google), stored[1]);
    assert.equal(await people.findBySubject({ ...google, issuer: 'https://other.example' }), null);
    assert.deepEqual([await people.find('cy'), await people.findByEmail('ANA@example.org')], [null, null]);
  });

  check('an e-mail is one person’s, and a refused one leaves no invitation behind', async ({ people }) => {
    await people.add(ana, null);
    const invited = invitation('other');
    assert.equal(await people.add({ ...bo, id: 'other', email: ana.email }, invited), 'email-taken');
    assert.equal(await people.findLink(invited.tokenHash), null);
    assert.deepEqual(await ids(people), ['ana']);
  });

  check('of many who come at once under one e-mail one stays', async ({ people }) => {
    const many = Array.from({ length: 8 }, (_, nth) => people.add({ ...ana, id: `ana ${nth}` }, null));
    const results = await Promise.all(many);
    assert.equal(results.filter((result) => result === 'added').length, 1);
    assert.equal((await people.list()).length, 1);
  });

  check('a change is of what it names, of nobody else, and of nobody who is not there', async ({ people }) => {
    await people.add(ana, null);
    await people.add(bo, null);
    const designer = { ...bo, role: 'designer', lastSeenAt: null };
    assert.deepEqual(await people.change('bo', { role: 'designer' }), designer);
    assert.deepEqual(await people.change('bo', { name: 'Bob' }), { ...designer, name: 'Bob' });
    assert.deepEqual(await people.change('bo', {}), { ...designer, name: 'Bob' });
    assert.deepEqual(await people.find('bo'), { ...designer, name: 'Bob' });
    assert.deepEqual(await people.find('ana'), { ...ana, lastSeenAt: null });
    assert.equal(await people.change('cy', { name: 'Cy' }), 'not-found');
  });

  check('who is removed has no sign-in and no link any more', async ({ people }) => {
    await people.add(ana, null);
    const [invited, recovery, sat, others] = [invitation('bo'), link('bo'), signIn(), signIn()];
    await people.add(bo, invited);
    await people.addLink(recovery);
    await people.enterByPassword('bo', 'hash of ana', sat);
    await people.enterByPassword('ana', 'hash of ana', others);
    assert.equal(await people.remove('bo'), 'removed');
    assert.equal(await people.remove('bo'), 'not-found');
    assert.deepEqual([await holds(people, sat), await holds(people, others)], [false, true]);
    for (const { tokenHash } of [invited, recovery]) assert.equal(await people.findLink(tokenHash), null);
    assert.deepEqual(await ids(people), ['ana']);
  });
}

function signInsOf(open: () => Promise<People>): void {
  const check = checksOn(open);

  check('a sign-in is found with its person, prolonged, and ended', async ({ people }) => {
    await people.add(ana, null);
    const one = signIn(100);
    const seen = { ...ana, lastSeenAt: 100 };
    assert.deepEqual(await people.enterByPassword('ana', 'hash of ana', one), seen);
    assert.deepEqual(await people.findSignIn(one.tokenHash), { signIn: one, person: seen });
    const later = { ...one, refreshedAt: 120, expiresAt: 170 };
    await people.refresh(later);
    await people.refresh({ ...later, tokenHash: 'unknown' });
    assert.deepEqual(await people.findSignIn(one.tokenHash), { signIn: later, person: { ...ana, lastSeenAt: 120 } });
    await people.signOut(one.tokenHash);
    assert.equal(await people.findSignIn(one.tokenHash), null);
  });

  check('nobody comes in by a password that was changed meanwhile, and other sign-ins end', async ({ people }) => {
    await people.add(ana, null);
    const [mine, other, late, recovery] = [signIn(), signIn(), signIn(), link('ana')];
    for (const one of [mine, other]) await people.enterByPassword('ana', 'hash of ana', one);
    await people.addLink(recovery);
    const to = { from: 'hash of ana', to: 'another hash', keep: mine.tokenHash };
    assert.equal(await people.changePassword('ana', to), true);
    assert.equal(await people.changePassword('ana', to), false);
    assert.equal(await people.enterByPassword('ana', 'hash of ana', late), null);
    assert.deepEqual(await Promise.all([mine, other, late].map((one) => holds(people, one))), [true, false, false]);
    assert.equal(await people.enterByLink({ tokenHash: recovery.tokenHash, signIn: signIn() }), null);
    assert.equal((await people.find('ana'))?.passwordHash, 'another hash');
  });

  check('one more sign-in than is kept ends the one that was idle longest', async ({ people }) => {
    await people.add(ana, null);
    const all = Array.from({ length: mostSignIns + 1 }, (_, nth) => signIn(100 + nth));
    for (const one of all) await people.enterByPassword('ana', 'hash of ana', one);
    const kept = await Promise.all(all.map((one) => holds(people, one)));
    assert.deepEqual([kept[0], kept.slice(1).every(Boolean)], [false, true]);
  });

  check('what has run out is forgotten, and nothing else', async ({ people }) => {
    await people.add(ana, null);
    const [old, fresh, oldLink, freshLink] = [signIn(100), signIn(101), link('ana', 150), link('ana', 151)];
    for (const one of [old, fresh]) await people.enterByPassword('ana', 'hash of ana', one);
    for (const one of [oldLink, freshLink]) await people.addLink(one);
    await people.forgetExpired(150);
    assert.deepEqual([await holds(people, old), await holds(people, fresh)], [false, true]);
    assert.equal(await people.findLink(oldLink.tokenHash), null);
    assert.deepEqual(await people.findLink(freshLink.tokenHash), freshLink);
  });
}

function linksOf(open: () => Promise<People>): void {
  const check = checksOn(open);
  const accepted = { name: 'Bob', passwordHash: 'hash of bob' };

  check('a link lets one in once, until its end, and into nothing else', async ({ people }) => {
    await people.add(ana, null);
    const [good, old, forBo] = [link('ana', 151), link('ana', 150), link('nobody')];
    assert.deepEqual([await people.addLink(good), await people.addLink(old)], [true, true]);
    assert.equal(await people.addLink(forBo), false, 'nobody is there to be let in');
    const { tokenHash } = good;
    const first = signIn(150);
    assert.equal(await people.acceptInvitation(accepted, { tokenHash, signIn: first }), null);
    assert.equal(await people.claimOwner(ana, { tokenHash, signIn: first }), null);
    assert.equal((await people.enterByLink({ tokenHash, signIn: first }))?.id, 'ana');
    assert.equal(await people.enterByLink({ tokenHash, signIn: signIn(150) }), null);
    assert.equal(await people.enterByLink({ tokenHash: old.tokenHash, signIn: signIn(150) }), null);
    assert.equal(await holds(people, first), true);
  });

  check('of many who use a link at once one comes in', async ({ people }) => {
    await people.add(ana, null);
    const { tokenHash } = link('ana');
    await people.addLink({ tokenHash, kind: 'sign-in', personId: 'ana', expiresAt: 1_000 });
    const all = Array.from({ length: 8 }, () => people.enterByLink({ tokenHash, signIn: signIn() }));
    assert.equal((await Promise.all(all)).filter((one) => one !== null).length, 1);
  });

  check('a second invitation takes the place of the first', async ({ people }) => {
    const [first, second] = [invitation('bo'), invitation('bo')];
    await people.add({ ...bo, ...noWay }, first);
    assert.equal(await people.addLink(second), true);
    assert.equal(await people.acceptInvitation(accepted, { tokenHash: first.tokenHash, signIn: signIn() }), null);
    const entered = await people.acceptInvitation(accepted, { tokenHash: second.tokenHash, signIn: signIn(100) });
    assert.deepEqual(entered, { ...bo, ...noWay, ...accepted, lastSeenAt: 100 });
    assert.equal(await people.acceptInvitation(accepted, { tokenHash: second.tokenHash, signIn: signIn() }), null);
  });

  check('a password that is set by an invitation ends who sat there with the old one', async ({ people }) => {
    await people.add(bo, null);
    const [before, after, again, recovery] = [signIn(), signIn(), invitation('bo'), link('bo')];
    await people.enterByPassword('bo', 'hash of ana', before);
    for (const one of [again, recovery]) await people.addLink(one);
    await people.acceptInvitation(accepted, { tokenHash: again.tokenHash, signIn: after });
    assert.deepEqual([await holds(people, before), await holds(people, after)], [false, true]);
    assert.equal(await people.findLink(recovery.tokenHash), null);
  });
}

function ownersOf(open: () => Promise<People>): void {
  const check = checksOn(open);

  check('set-up links are good beside each other until one of them is used', async ({ people }) => {
    const [one, other, late] = [setup(), setup(), setup()];
    for (const each of [one, other]) assert.equal(await people.addLink(each), true);
    const claim = (tokenHash: string, owner: NewPerson) => people.claimOwner(owner, { tokenHash, signIn: signIn(100) });
    assert.deepEqual(await claim(one.tokenHash, ana), { ...ana, lastSeenAt: 100 });
    assert.equal(await claim(other.tokenHash, { ...bo, role: 'owner' }), null);
    assert.equal(await people.addLink(late), false);
    for (const { tokenHash } of [one, other, late]) assert.equal(await people.findLink(tokenHash), null);
    assert.deepEqual(await ids(people), ['ana']);
  });

  check('of many who claim at once, by whichever link, one is the owner', async ({ people }) => {
    const links = Array.from({ length: 4 }, () => setup());
    for (const each of links) await people.addLink(each);
    const claims = [...links, ...links].map(({ tokenHash }, nth) => {
      const owner = { ...ana, id: `owner ${nth}`, email: `owner-${nth}@example.org` };
      return people.claimOwner(owner, { tokenHash, signIn: signIn() });
    });
    const claimed = (await Promise.all(claims)).filter((one) => one !== null);
    assert.equal(claimed.length, 1);
    assert.deepEqual(await ids(people), [claimed[0]?.id]);
  });

  check('a set-up link is good for nothing once an owner can sign in by another way', async ({ people }) => {
    const link = setup();
    await people.addLink(link);
    await people.add({ ...ana, ...noWay, subject: google }, null);
    const claim = { tokenHash: link.tokenHash, signIn: signIn() };
    assert.equal(await people.claimOwner({ ...bo, role: 'owner' }, claim), null);
  });

  check('the claim takes over who sat there as owner, and signs them out', async ({ people }) => {
    const robin = { ...ana, ...noWay, id: 'robin', email: 'robin@demo.invalid', name: 'Robin' };
    const [own, recovery, sat, unused] = [setup(), link('robin'), signIn(), link('robin')];
    await people.add(robin, null);
    for (const each of [own, recovery, unused]) await people.addLink(each);
    await people.enterByLink({ tokenHash: recovery.tokenHash, signIn: sat });
    const claimed = await people.claimOwner(ana, { tokenHash: own.tokenHash, signIn: signIn(100) });
    assert.deepEqual(claimed, { ...ana, id: 'robin', createdAt: 5, lastSeenAt: 100 });
    assert.equal(await holds(people, sat), false);
    assert.equal(await people.findLink(unused.tokenHash), null);
  });

  check('the claim leaves an owner alone who was invited, unless it is theirs', async ({ people }) => {
    const boss = { ...ana, ...noWay, id: 'boss', email: 'boss@example.org' };
    const invited = invitation('boss', 101);
    const [first, second] = [setup(), setup()];
    await people.add(boss, invited);
    for (const each of [first, second]) await people.addLink(each);
    await people.claimOwner(ana, { tokenHash: first.tokenHash, signIn: signIn(100) });
    assert.deepEqual([...(await ids(people))].sort(), ['ana', 'boss']);
    assert.notEqual(await people.findLink(invited.tokenHash), null);
  });

  check('the claim by an e-mail that is known makes that person the owner', async ({ people }) => {
    await people.add({ ...bo, ...noWay }, invitation('bo'));
    const { tokenHash } = setup();
    await people.addLink({ tokenHash, kind: 'setup', personId: null, expiresAt: 1_000 });
    const claimed = await people.claimOwner({ ...ana, email: bo.email }, { tokenHash, signIn: signIn() });
    assert.deepEqual([claimed?.id, claimed?.role, claimed?.passwordHash], ['bo', 'owner', 'hash of ana']);
  });

  check('a start that is tried again and again leaves a bounded number of set-up links', async ({ people }) => {
    const links = Array.from({ length: mostSetupLinks + 2 }, (_, nth) => setup(1_000 + nth));
    for (const each of links) await people.addLink(each);
    const found = await Promise.all(links.map(({ tokenHash }) => people.findLink(tokenHash)));
    assert.equal(found.filter((one) => one !== null).length, mostSetupLinks);
    assert.deepEqual([found[0], found[1], found.at(-1)], [null, null, links.at(-1)]);
  });

  check('the last owner who can sign in stays an owner', async ({ people }) => {
    await people.add(ana, null);
    await people.add({ ...bo, ...noWay, role: 'owner' }, null);
    assert.equal(await people.hasOwner(), true);
    assert.equal(await people.remove('ana'), 'last-owner');
    assert.equal(await people.change('ana', { role: 'viewer' }), 'last-owner');
    assert.notEqual(await people.change('ana', { role: 'owner', name: 'A' }), 'last-owner');
    assert.equal(await people.remove('bo'), 'removed', 'who cannot sign in is not missed');
    await people.add({ ...bo, role: 'owner' }, null);
    assert.equal(await people.remove('ana'), 'removed');
    assert.equal(await people.remove('bo'), 'last-owner');
  });

  check('of two owners who remove each other at once one stays', async ({ people }) => {
    await people.add(ana, null);
    await people.add({ ...bo, role: 'owner' }, null);
    const results = await Promise.all([people.remove('ana'), people.change('bo', { role: 'viewer' })]);
    assert.equal(results.filter((one) => one === 'last-owner').length, 1);
    assert.equal(await people.hasOwner(), true);
  });

  check('while no owner can sign in, the last one stays', async ({ people }) => {
    await people.add({ ...ana, ...noWay }, null);
    await people.add(bo, null);
    assert.equal(await people.hasOwner(), false);
    assert.equal(await people.remove('ana'), 'last-owner');
  });
}

function providersOf(open: () => Promise<People>): void {
  const check = checksOn(open);
  const named = { subject: google, email: bo.email, newcomer: null };

  check('a provider is believed once for an e-mail, and knows the person from then on', async ({ people }) => {
    const invited = invitation('bo');
    await people.add({ ...bo, ...noWay }, invited);
    const entered = await people.enterBySubject(named, signIn(100));
    assert.deepEqual(entered, { ...bo, ...noWay, subject: google, lastSeenAt: 100 });
    assert.equal(await people.findLink(invited.tokenHash), null);
    assert.equal((await people.enterBySubject({ ...named, email: 'new@example.org' }, signIn()))?.id, 'bo');
    const another = { ...google, subject: '2' };
    assert.equal(await people.enterBySubject({ ...named, subject: another }, signIn()), null);
    const moved = { issuer: 'https://other.example', subject: '2' };
    assert.deepEqual((await people.enterBySubject({ ...named, subject: moved }, signIn()))?.subject, moved);
    assert.equal(await people.enterBySubject({ ...named, email: null }, signIn()), null, 'the old provider is past');
  });

  check('a stranger comes in as the newcomer, once, and otherwise not at all', async ({ people }) => {
    assert.equal(await people.enterBySubject(named, signIn()), null);
    const newcomer = { ...bo, ...noWay, subject: google };
    const all = Array.from({ length: 4 }, (_, nth) =>
      people.enterBySubject({ ...named, newcomer: { ...newcomer, id: `bo ${nth}` } }, signIn()),
    );
    const entered = await Promise.all(all);
    assert.equal(new Set(entered.map((one) => one?.id)).size, 1);
    assert.equal((await people.list()).length, 1);
  });
}
