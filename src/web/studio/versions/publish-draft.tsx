import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { versionsTexts as words } from '../../texts/studio/versions.ts';
import { texts } from '../../texts/texts.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { Dialog } from '../parts/dialog.tsx';
import { AskedView, sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import { Link } from '../shell/navigation.tsx';
import { Changes } from './changes/changes-view.tsx';
import { FaultList } from './fault-list.tsx';
import type { Version } from './listed.ts';
import type { Side } from './sides.ts';
import { useDefinitions } from './use-definitions.ts';

type Props = Readonly<{
  agentId: string;
  client: DraftClient;
  draft: OpenDraft;
  versions: readonly Version[];
  /** What is published may be another one now. */
  onDone: () => Promise<void>;
  onClose: () => void;
}>;

/** The last look before a draft goes out: what it changes, and what somebody else changed meanwhile. */
export function PublishDraft({ agentId, client, draft, versions, onDone, onClose }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const current = versions.find((one) => one.current)?.version ?? null;
  const { base } = draft.stored;
  const isOvertaken = base !== current;
  const faults = draft.findings.filter(({ severity }) => severity === 'fault');
  const publish = async (): Promise<void> => {
    setBusy(true);
    setRefused(null);
    const answer = await (isOvertaken ? client.publishOver(current) : client.publish());
    setBusy(false);
    if (answer.kind === 'ok') {
      tell(words.published(answer.body.version));
      onClose();
    } else if (answer.kind !== 'refused' || answer.code !== 'version-overtaken') setRefused(sentenceOf(answer));
    // The list tells who was faster, and with it this dialog does.
    await onDone();
  };
  return (
    <Dialog
      title={words.publishTitle}
      size="wide"
      onClose={onClose}
      onSubmit={() => !isBusy && void publish()}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit" disabled={faults.length > 0} aria-busy={isBusy}>
            {isBusy ? words.publishing : isOvertaken ? words.publishOver : words.publishNow}
          </Button>
        </>
      }
    >
      <p>{sentence(current, versions)}</p>
      {refused && (
        <p class="setting-fault" role="alert">
          {refused}
        </p>
      )}
      {faults.length > 0 && <Faults agentId={agentId} faults={faults} />}
      {isOvertaken && <Overtaker {...{ agentId, base, versions, current }} />}
      <Difference title={words.yours} {...{ agentId, draft }} before={current ?? base} after="draft" />
    </Dialog>
  );
}

function Faults({ agentId, faults }: Readonly<{ agentId: string; faults: OpenDraft['findings'] }>) {
  const placed = faults.map(({ node, path, message }) => ({
    path: [node, path].filter(Boolean).join(' · '),
    message,
  }));
  return (
    <section class="publish-faults">
      <p class="setting-fault">{words.publishFaults}</p>
      <FaultList faults={placed} />
      <Link to={{ kind: 'agent', agentId }}>{words.toCanvas}</Link>
    </section>
  );
}

function sentence(current: number | null, versions: readonly Version[]): string {
  const [newest] = versions;
  if (newest === undefined) return words.publishFirst;
  return current === null ? words.publishBack : words.publishText(newest.version + 1);
}

type OvertakerProps = Readonly<{
  agentId: string;
  base: number | null;
  current: number | null;
  versions: readonly Version[];
}>;

/** Who published since the draft was begun, and what. */
function Overtaker({ agentId, base, current, versions }: OvertakerProps) {
  const version = versions.find((one) => one.version === current);
  const text =
    version === undefined ? words.overtakenGone : words.overtaken(version.version, version.published_by ?? null);
  return (
    <>
      <p class="publish-overtaken" role="alert">
        <Icon name="warning" size={18} />
        <span>{text}</span>
      </p>
      {base !== null && current !== null && (
        <Difference
          title={words.theirs(words.side(base), words.side(current))}
          {...{ agentId, draft: null }}
          before={base}
          after={current}
        />
      )}
    </>
  );
}

type DifferenceProps = Readonly<{
  title: string;
  agentId: string;
  draft: OpenDraft | null;
  before: Side | null;
  after: Side;
}>;

function Difference({ title, agentId, draft, before, after }: DifferenceProps) {
  const { asking, again } = useDefinitions(agentId, { before, after }, draft?.editor.definition ?? null);
  if (before === null) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than the dialog is scrolled by keyboard, too.
    <section class="publish-difference" aria-label={title} tabIndex={0}>
      <h3>{title}</h3>
      <AskedView asking={asking} again={again}>
        {(pair) => pair.before && pair.after && <Changes before={pair.before} after={pair.after} heading="h4" />}
      </AskedView>
    </section>
  );
}
