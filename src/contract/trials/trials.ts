import Type from 'typebox';
import type { DeskEndpoints } from '../../core/flow/trial.ts';
import { Revision } from '../agents/agents.ts';
import { Assignments, InitAnswer, UserId } from '../conversation.ts';
import type { Route } from '../route.ts';
import { shape } from '../shape.ts';

/** A desk of the server's own that takes every call and keeps nothing: whoever tries a draft is its live agent. */
export const trialDeskPath = '/trial-desk';

/** @param url the server's base URL. */
export const trialDeskAt = (url: string): DeskEndpoints => ({
  start: `${url}${trialDeskPath}/start`,
  inbound: `${url}${trialDeskPath}/inbound`,
  status: `${url}${trialDeskPath}/status`,
  ended: `${url}${trialDeskPath}/ended`,
});

/** Whether an endpoint lies at the trial desk. @param url the server's base URL. */
export const isAtTrialDesk = (url: string, endpoint: string): boolean => {
  const desk = new URL(`${url}${trialDeskPath}/`);
  return URL.parse(endpoint)?.href.startsWith(desk.href) === true;
};

export const TrialRequest = Type.Object(
  {
    revision: Type.Optional(Revision),
    live_agent: Type.Optional(
      Type.Enum(['desk', 'tester'], {
        description:
          'Who takes over: the desks that the draft names, or whoever tries it, who answers by /live-agent. desk by default.',
      }),
    ),
    user: Type.Optional(Type.Object({ id: UserId })),
    parameters: Type.Optional(Assignments),
  },
  {
    additionalProperties: false,
    description:
      'Without revision: whichever the draft has. What parameters are set to goes before their defaults and what is kept of the user.',
  },
);

export const TrialAnswer = Type.Object({
  ...InitAnswer.properties,
  agent_version: Type.Integer({
    description: 'Of the trial: twice the revision and negative; one less where the tester is the live agent.',
  }),
});

const trialDesk = <Call extends string>(call: Call) =>
  ({
    method: 'POST',
    path: `${trialDeskPath}/${call}`,
    access: 'anybody',
    tag: 'Virtual agents',
    summary: `Takes the ${call} calls of trials whose live agent is the tester, and keeps nothing.`,
    body: Type.Unknown(),
    answer: Type.Object({}),
    errors: ['bad-json', 'too-deep', 'body-too-large', 'media-type'],
  }) as const;

export const trialRoutes = {
  openTrial: {
    method: 'POST',
    path: '/agents/{agent_id}/draft/sessions',
    access: ['manage'],
    tag: 'Virtual agents',
    summary:
      'Opens a session that runs the draft as it is saved now, published or not. It is like any other; reports mark it.',
    body: TrialRequest,
    answer: TrialAnswer,
    errors: [
      ...(['bad-json', 'wrong-shape', 'too-deep', 'body-too-large', 'media-type'] as const),
      ...(['draft-not-found', 'draft-overtaken', 'invalid-flow', 'region-refused'] as const),
      ...(['parameter-reserved', 'parameter-wrong-shape', 'too-many-parameters'] as const),
    ],
  },
  trialStart: trialDesk('start'),
  trialInbound: trialDesk('inbound'),
  trialStatus: trialDesk('status'),
  trialEnded: trialDesk('ended'),
} as const satisfies Record<string, Route>;

export const trialRequest = shape(TrialRequest);
