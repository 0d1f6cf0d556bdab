import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { versionsTexts as words } from '../../texts/studio/versions.ts';
import { texts } from '../../texts/texts.ts';
import { type Answer, ask, type Fault } from '../api/ask.ts';
import { useAsked } from '../api/use-asked.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { Dialog } from '../parts/dialog.tsx';
import { readableJson } from '../parts/download.ts';
import { AskedView, sentenceOf } from '../parts/frame.tsx';
import { Copyable } from '../parts/small.tsx';
import { tell } from '../parts/toasts.tsx';
import { goTo } from '../shell/navigation.tsx';
import type { Doing } from './doing.ts';
import { FaultList } from './fault-list.tsx';
import type { Version } from './listed.ts';
import type { Side } from './sides.ts';
import { readVersion } from './use-definitions.ts';

type Shared = Readonly<{
  agentId: string;
  client: DraftClient;
  versions: readonly Version[];
  draft: OpenDraft | null;
  /** What is published may be another one now. */
  onDone: () => Promise<void>;
  onClose: () => void;
}>;

/** What is done with one version, or with the draft, after a question. */
export function VersionDialogs({
  doing,
  ...shared
}: Shared & Readonly<{ doing: Exclude<Doing, { kind: 'publish' }> }>) {
  switch (doing.kind) {
    case 'restore':
      return <Restore {...shared} version={doing.version} />;
    case 'as-draft':
      return <AsDraft {...shared} version={doing.version} />;
    case 'json':
      return <Json {...shared} side={doing.side} />;
    case 'discard':
      return <Discard {...shared} />;
  }
}

function Restore({ agentId, versions, version, onDone, onClose }: Shared & Readonly<{ version: number }>) {
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Readonly<{ message: string; faults: readonly Fault[] }> | null>(null);
  const current = versions.find((one) => one.current)?.version ?? null;
  const next = (versions[0]?.version ?? version) + 1;
  const restore = async (): Promise<void> => {
    setBusy(true);
    const answer = await ask('restoreVersion', {
      path: { agent_id: agentId, version },
      body: { base_version: current },
    });
    setBusy(false);
    if (answer.kind === 'ok') {
      tell(words.restored(answer.body.version, version));
      onClose();
      return onDone();
    }
    const faults = answer.kind === 'refused' ? answer.faults : [];
    setRefused({ message: faults.length > 0 ? words.restoreFaults : sentenceOf(answer), faults });
    // Whoever was faster is seen in the list now.
    if (answer.kind === 'refused' && answer.code === 'version-overtaken') await onDone();
  };
  return (
    <Dialog
      title={words.restoreTitle(version)}
      onClose={onClose}
      onSubmit={() => void restore()}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit" disabled={isBusy || (refused?.faults.length ?? 0) > 0}>
            {words.restoreConfirm}
          </Button>
        </>
      }
    >
      <p>{words.restoreText(next)}</p>
      {current === null && <p>{words.restoreBack}</p>}
      {refused && (
        <div role="alert">
          <p class="setting-fault">{refused.message}</p>
          <FaultList faults={refused.faults} />
        </div>
      )}
    </Dialog>
  );
}

/** A version becomes the draft; over one that is there only after a question. */
function AsDraft({ agentId, client, draft, version, onDone, onClose }: Shared & Readonly<{ version: number }>) {
  const open = async (): Promise<void> => {
    const found = await readVersion(agentId, version);
    if (found.kind !== 'ok') return tell(sentenceOf(found), 'bad');
    const { body: definition } = found;
    if (client.store.state().kind === 'open') {
      // Through the client, so that it is one step that can be undone.
      client.edit(() => definition, '');
      if ((await client.save()) === null) return tell(words.asDraftFailed, 'bad');
    } else {
      const answer = await ask('saveDraft', { path: { agent_id: agentId }, body: { definition } });
      if (answer.kind !== 'ok') return tell(sentenceOf(answer), 'bad');
      await onDone();
    }
    goTo({ kind: 'agent', agentId });
  };
  return (
    <Confirm
      title={draft === null ? words.asNewDraftTitle(version) : words.asDraftTitle}
      text={draft === null ? words.asNewDraftText : words.asDraftText(version)}
      confirm={draft === null ? words.asDraft : words.asDraftConfirm}
      onConfirm={() => void open()}
      onClose={onClose}
    />
  );
}

/** Just as the server has it. */
function Json({ agentId, draft, side, onClose }: Shared & Readonly<{ side: Side }>) {
  const { asking, again } = useAsked(`${agentId} ${side}`, () => read(agentId, side, draft));
  const title = words.jsonTitle(words.side(side));
  return (
    <Dialog title={title} size="wide" onClose={onClose}>
      <AskedView asking={asking} again={again}>
        {({ definition }) => (
          <div class="version-json">
            <Copyable text={readableJson(definition).trimEnd()} label={title} isBlock />
          </div>
        )}
      </AskedView>
    </Dialog>
  );
}

async function read(agentId: string, side: Side, draft: OpenDraft | null): Promise<Answer<{ definition: object }>> {
  if (side === 'draft') return { kind: 'ok', body: { definition: draft?.editor.definition ?? {} } };
  return ask('getVersion', { path: { agent_id: agentId, version: side } });
}

function Discard({ agentId, draft, onDone, onClose }: Shared) {
  const discard = async (): Promise<void> => {
    const query = { revision: draft?.stored.revision ?? undefined };
    const answer = await ask('discardDraft', { path: { agent_id: agentId }, query });
    tell(answer.kind === 'ok' ? words.discarded : sentenceOf(answer), answer.kind === 'ok' ? 'good' : 'bad');
    await onDone();
  };
  return (
    <Confirm
      title={words.discardTitle}
      text={words.discardText}
      confirm={words.discardConfirm}
      onConfirm={() => void discard()}
      onClose={onClose}
    />
  );
}
