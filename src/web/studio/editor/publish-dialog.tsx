import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { texts } from '../../texts/texts.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { Dialog } from '../parts/dialog.tsx';
import { sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import { Link } from '../shell/navigation.tsx';
import { ProblemList } from './problems.tsx';

type Props = Readonly<{
  agentId: string;
  client: DraftClient;
  draft: OpenDraft;
  onShow: (node: string) => void;
  onClose: () => void;
}>;

/** The last look before a draft goes out to everybody. */
export function PublishDialog({ agentId, client, draft, onShow, onClose }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  /** The version that somebody else published meanwhile. */
  const [overtaker, setOvertaker] = useState<number | null>(null);
  const faults = draft.findings.filter(({ severity }) => severity === 'fault');
  const publish = async (): Promise<void> => {
    setBusy(true);
    const answer = await (overtaker === null ? client.publish() : client.publishOver(overtaker));
    setBusy(false);
    if (answer.kind === 'ok') {
      const { version, warnings } = answer.body;
      tell(warnings.length > 0 ? words.publishedWithHints(version, warnings.length) : words.published(version));
      return onClose();
    }
    const isLate = answer.kind === 'refused' && answer.code === 'version-overtaken';
    setOvertaker(isLate ? Number(answer.body.version) : null);
    setRefused(isLate ? words.overtakenBy(Number(answer.body.version)) : sentenceOf(answer));
  };
  const actions = (
    <>
      <Button onClick={onClose}>{texts.general.cancel}</Button>
      <Button look="primary" type="submit" disabled={faults.length > 0} aria-busy={isBusy}>
        {isBusy ? words.publishing : overtaker === null ? words.publish : words.publishOver}
      </Button>
    </>
  );
  return (
    <Dialog title={words.publishTitle} onClose={onClose} onSubmit={() => !isBusy && void publish()} actions={actions}>
      <p>{draft.published === null ? words.publishFirst : words.publishText(draft.published + 1)}</p>
      {refused !== null && (
        <p class="setting-fault" role="alert">
          {refused}
        </p>
      )}
      {draft.published !== null && (
        <p>
          <Link to={{ kind: 'versions', agentId }}>{words.publishSee}</Link>
        </p>
      )}
      {faults.length > 0 && (
        <section aria-label={words.publishFaults}>
          <h3 class="section-title">{words.publishFaults}</h3>
          <ProblemList findings={faults} onShow={(node) => [onClose(), onShow(node)]} />
        </section>
      )}
    </Dialog>
  );
}
