import Type from 'typebox';
import { count, Page } from '../manage.ts';
import { shape } from '../shape.ts';
import { Instant } from '../text.ts';
import { VirtualAgentDefinition } from '../virtual-agent.ts';

const most = 2_147_483_647;
const Findings = Type.Array(Type.Object({ path: Type.String(), message: Type.String() }));
const Version = Type.Integer({ minimum: 1, maximum: most });
export const Revision = Type.Integer({ minimum: 1, maximum: most, description: "The draft's, as it was read." });
const BaseVersion = Type.Union([Version, Type.Null()], {
  description: 'The published version that the new one is to follow; null where none is published.',
});
const RestoredFrom = Type.Optional(Type.Integer({ description: 'The version that this one repeats.' }));

/** A number in a query arrives as text. */
export const PublishQuery = Type.Object({
  base_version: Type.Optional(
    Type.String({
      pattern: '^(none|[1-9][0-9]{0,8})$',
      description:
        'The version that must still be the published one, or `none`; otherwise 409. Left out: whichever it is.',
    }),
  ),
});

export const PublishAnswer = Type.Object({
  agent_id: Type.String(),
  version: Type.Integer(),
  published_at: Instant,
  restored_from: RestoredFrom,
  warnings: Findings,
});

export const AgentSummary = Type.Object({
  agent_id: Type.String(),
  name: Type.String(),
  region: Type.Optional(Type.String()),
  web_chat: Type.Boolean({ description: 'Whether anybody may chat with it at /chat/{agent_id}.' }),
  version: Type.Integer({ description: 'The published version.' }),
  published_at: Instant,
});

const draft = {
  agent_id: Type.String(),
  revision: Type.Integer({ description: 'Another one after every save; it never comes again.' }),
  base_version: BaseVersion,
  updated_at: Instant,
};

const DraftSummary = Type.Object({
  ...draft,
  name: Type.Union([Type.String(), Type.Null()], { description: 'Null where it has none yet.' }),
});

export const AgentList = Type.Object({
  agents: Type.Array(AgentSummary, { description: 'Those that are published.' }),
  drafts: Type.Array(DraftSummary, { description: 'Also of virtual agents that are not published.' }),
});
export const AgentAnswer = Type.Intersect([AgentSummary, Type.Object({ definition: VirtualAgentDefinition })]);

export const SecretList = Type.Object(
  { secrets: Type.Array(Type.Object({ secret: Type.String(), created_at: Instant })) },
  { description: 'Newest first; calls are signed with each of them, so that a desk can change over at leisure.' },
);

export const VersionsQuery = Type.Object({
  after: Type.Optional(count(1, most, 'Only versions older than this one; `next_after` of the page before.')),
  limit: Page.limit,
});

const AgentVersion = Type.Object({
  version: Type.Integer(),
  name: Type.String(),
  current: Type.Boolean({ description: 'Whether it is the published one.' }),
  published_at: Instant,
  published_by: Type.Optional(Type.String({ description: 'The label of the key, where it is known.' })),
  restored_from: RestoredFrom,
});

export const VersionList = Type.Object({
  versions: Type.Array(AgentVersion),
  next_after: Type.Union([Type.Integer(), Type.Null()], { description: 'Pass it as `after`; null at the end.' }),
});

export const VersionAnswer = Type.Intersect([
  Type.Object({ agent_id: Type.String() }),
  AgentVersion,
  // What an older version allowed need not be allowed today.
  Type.Object({ definition: Type.Record(Type.String(), Type.Unknown()) }),
]);

export const RestoreRequest = Type.Object(
  { base_version: Type.Optional(BaseVersion) },
  { additionalProperties: false, description: 'Without base_version: whichever version is published.' },
);

const Definition = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Any object; it need not be a definition that could be published yet.',
});

export const DraftRequest = Type.Object(
  { definition: Definition, base_version: Type.Optional(BaseVersion), revision: Type.Optional(Revision) },
  {
    additionalProperties: false,
    description:
      'Without revision it begins a draft. Without base_version it keeps the one it has; where it begins, the published version is its base.',
  },
);

export const DraftSaved = Type.Object({
  ...draft,
  faults: Type.Array(Findings.items, { description: 'What keeps it from being published.' }),
  warnings: Findings,
});
export const DraftAnswer = Type.Intersect([DraftSaved, Type.Object({ definition: Definition })]);

export const DiscardQuery = Type.Object({
  revision: Type.Optional(count(1, most, 'The revision that was read; otherwise 409. Left out: whichever it is.')),
});

export const PublishDraftRequest = Type.Object(
  { revision: Type.Optional(Revision) },
  { additionalProperties: false, description: 'Without revision: whichever the draft has.' },
);

export const publishQuery = shape(PublishQuery);
export const versionsQuery = shape(VersionsQuery);
export const restoreRequest = shape(RestoreRequest);
export const draftRequest = shape(DraftRequest);
export const discardQuery = shape(DiscardQuery);
export const publishDraftRequest = shape(PublishDraftRequest);
