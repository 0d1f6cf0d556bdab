import type { Flow } from '../core/flow/flow.ts';

export type PublishedAgent = Readonly<{ id: string; version: number; publishedAt: number; flow: Flow }>;

export type StoredSecret = Readonly<{ sealed: string; createdAt: number }>;

/** What a publication hangs on, and what is kept of how it came about. */
export type Terms = Readonly<{
  /** The version that must be the published one, null for none; left out, whichever it is. */
  base?: number | null | undefined;
  /** The revision of the draft that is published and is gone with it. */
  draft?: number | undefined;
  /** Who publishes. */
  by?: string | null | undefined;
  /** The version that it repeats. */
  restoredFrom?: number | undefined;
}>;

/** Another version is the published one, null for none. Nothing was changed. */
export type VersionOvertaken = Readonly<{ overtaken: 'version'; version: number | null }>;

/** The draft has another revision, null for no draft. Nothing was changed. */
export type DraftOvertaken = Readonly<{ overtaken: 'draft'; revision: number | null }>;

/** A definition that is run without being published. */
export type Trial = Readonly<{
  /** Negative, and never another definition's. */
  version: number;
  flow: Flow;
  /** Which a new agent gets. */
  secret: StoredSecret;
  at: number;
  /** Trials of the agent that were kept before this instant, and never since, are forgotten. */
  forgetBefore: number;
}>;

export type AgentVersion = Readonly<{
  version: number;
  publishedAt: number;
  publishedBy: string | null;
  restoredFrom: number | null;
  name: string;
  isCurrent: boolean;
}>;

/** What somebody works on; it need not be sound. */
export type Draft = Readonly<{
  id: string;
  /** Counts the saves of all drafts of an agent, so that it never comes again. */
  revision: number;
  /** The version that it is to follow, null for none. */
  base: number | null;
  updatedAt: number;
  definition: object;
}>;

/** A draft as lists show it. The name is null where there is none yet. */
export type DraftSummary = Omit<Draft, 'definition'> & Readonly<{ name: string | null }>;

export type DraftSave = Readonly<{
  definition: object;
  /** Left out: that of the draft, or the published version when it begins. */
  base?: number | null | undefined;
  /** The one that was read; none for a draft that begins. */
  revision?: number | undefined;
}>;

export type DraftStore = Readonly<{
  findDraft: (id: string) => Promise<Draft | null>;
  listDrafts: () => Promise<readonly DraftSummary[]>;
  /** A save of what is stored already changes nothing and is never overtaken, so it may be repeated. */
  saveDraft: (id: string, save: DraftSave, at: number) => Promise<Draft | DraftOvertaken>;
  /** @param revision the one that was read; null for whichever it is. */
  removeDraft: (id: string, revision: number | null) => Promise<'removed' | 'not-found' | DraftOvertaken>;
}>;

export type AgentStore = DraftStore &
  Readonly<{
    /** Stores and publishes the next version; a new agent gets the secret. */
    publish: (
      id: string,
      flow: Flow,
      secret: StoredSecret,
      at: number,
      terms?: Terms,
    ) => Promise<PublishedAgent | VersionOvertaken | DraftOvertaken>;
    find: (id: string) => Promise<PublishedAgent | null>;
    /** The published version, without the definition. */
    findVersion: (id: string) => Promise<number | null>;
    list: () => Promise<readonly PublishedAgent[]>;
    remove: (id: string) => Promise<boolean>;
    /** Keeps a trial, for `findFlow` and for nothing else. One that is kept already counts as kept now. */
    keepTrial: (id: string, trial: Trial) => Promise<void>;
    /** Any version and any trial, also of an agent that was removed: running sessions keep theirs. */
    findFlow: (id: string, version: number) => Promise<Flow | null>;
    /** Newest first, also of an agent that was removed. @param before only older ones; null for all. */
    listVersions: (id: string, before: number | null, limit: number) => Promise<readonly AgentVersion[]>;
    readVersion: (id: string, version: number) => Promise<(AgentVersion & Readonly<{ flow: Flow }>) | null>;
    /** Newest first, two at most. */
    secrets: (id: string) => Promise<readonly StoredSecret[]>;
    addSecret: (id: string, secret: StoredSecret) => Promise<void>;
    /** Gives a secret to an agent that has none. */
    giveSecret: (id: string, secret: StoredSecret) => Promise<void>;
  }>;
