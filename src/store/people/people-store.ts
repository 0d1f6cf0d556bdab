import type { PeopleStore } from '../people.ts';
import * as entering from './entering-steps.ts';
import * as people from './people-steps.ts';
import type { Engine } from './steps.ts';

/** The one store of people, on whichever engine. */
export const peopleStore = ({ read, change, note }: Engine): PeopleStore => ({
  list: () => read(people.list()),
  find: (id) => read(people.findPerson('id = $1', id)),
  findByEmail: (email) => read(people.findPerson('email = $1', email)),
  findBySubject: ({ issuer, subject }) => read(people.findPerson('issuer = $1 AND subject = $2', issuer, subject)),
  hasOwner: () => read(people.hasOwner()),
  add: (person, link) => change(people.add(person, link)),
  change: (id, changed) => change(people.change(id, changed)),
  remove: (id) => change(people.remove(id)),
  changePassword: (id, changed) => change(people.changePassword(id, changed)),
  addLink: (link) => change(people.addLink(link)),
  findLink: (tokenHash) => read(people.findLink(tokenHash)),
  claimOwner: (owner, by) => change(entering.claimOwner(owner, by)),
  acceptInvitation: (accepted, by) => change(entering.acceptInvitation(accepted, by)),
  enterByLink: (by) => change(entering.enterByLink(by)),
  enterByPassword: (id, passwordHash, signIn) => change(entering.enterByPassword(id, passwordHash, signIn)),
  enterBySubject: (named, signIn) => change(entering.enterBySubject(named, signIn)),
  findSignIn: (tokenHash) => read(entering.findSignIn(tokenHash)),
  refresh: (signIn) => note(entering.refresh(signIn)),
  signOut: (tokenHash) => change(entering.signOut(tokenHash)),
  forgetExpired: (at) => note(people.forgetExpired(at)),
});
