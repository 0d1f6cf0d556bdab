import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolesOf } from '../route.ts';
import { type Operation, routes } from '../routes.ts';

/** Every call, by the people who may make it: owner, designer, supervisor, live-agent, viewer. */
const calls: Readonly<Record<string, readonly Operation[]>> = {
  '': [
    ...(['chatProfile', 'openChat', 'step', 'trialStart', 'trialInbound', 'trialStatus', 'trialEnded'] as const),
    ...(['signInOffer', 'signIn', 'signInByLink', 'claimOwner', 'acceptInvitation'] as const),
    ...(['startOpenIdConnect', 'finishOpenIdConnect', 'health', 'ready'] as const),
  ],
  odslv: ['signOut', 'getMe', 'changeMe', 'changePassword'],
  odsv: [
    ...(['listAgents', 'getAgent', 'listVersions', 'getVersion', 'getDraft', 'tryAgent', 'listEndpoints'] as const),
    ...(['listTemplates', 'getTemplate', 'listEvents', 'readTranscript', 'listInsights', 'getInsight'] as const),
    ...(['getParameters', 'getUserParameters', 'listDeliveries', 'getDelivery', 'describeServer', 'metrics'] as const),
  ],
  odsl: ['outbound', 'disconnect', 'assign', 'typing'],
  ods: ['replayDelivery', 'skipDelivery'],
  od: [
    ...(['init', 'publishAgent', 'deleteAgent', 'listSecrets', 'rotateSecret', 'restoreVersion', 'saveDraft'] as const),
    ...(['discardDraft', 'importAgent', 'publishDraft', 'openTrial', 'testEndpoint'] as const),
  ],
  o: [
    ...(['listKeys', 'makeKey', 'rotateKey', 'revokeKey', 'listAudit', 'forgetUser'] as const),
    ...(['listPeople', 'invitePerson', 'changePerson', 'invitePersonAgain', 'removePerson'] as const),
  ],
};

test('every call is for the people whom it is meant for, and no call is forgotten', () => {
  const initials = (operation: Operation): string =>
    rolesOf(routes[operation])
      .map((role) => role[0])
      .join('');
  const found = (Object.keys(routes) as Operation[]).map((operation) => [operation, initials(operation)] as const);
  const meant = Object.entries(calls).flatMap(([who, operations]) => operations.map((one) => [one, who] as const));
  assert.deepEqual(Object.fromEntries(found), Object.fromEntries(meant));
});
