import { useRef, useState } from 'preact/hooks';
import type { Presence } from '../../../chat/timeline.ts';
import { Button } from '../../../parts/buttons.tsx';
import { Composer } from '../../../parts/composer.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { testerTexts } from '../../../texts/studio/tester.ts';
import { type Definition, nodeOf } from '../../draft/definition.ts';
import type { TrialRecord } from '../record/trace.ts';
import type { Trial } from '../trial.ts';
import { useFocusHandedOn } from './focus.ts';
import { LiveAgentPart } from './live-agent.tsx';

type FootProps = Readonly<{
  trial: Trial;
  record: TrialRecord;
  presence: Presence;
  onAgain: () => void;
  onSetUp: () => void;
}>;

/** Where one writes, and what can be done once there is nothing to be written any more. */
export function Foot({ trial, record, presence, onAgain, onSetUp }: FootProps) {
  const foot = useRef<HTMLElement>(null);
  const focus = (): void =>
    foot.current?.querySelector<HTMLElement>('.composer textarea, .button-primary')?.focus({ preventScroll: true });
  return (
    <footer ref={foot} class="tester-foot">
      {presence.kind === 'over' ? (
        <div class="tester-over">
          <p>{testerTexts.ended[presence.reason] ?? testerTexts.ended.ended}</p>
          <Button look="primary" onClick={onAgain}>
            {testerTexts.again}
          </Button>
          <Button onClick={onSetUp}>{testerTexts.change}</Button>
        </div>
      ) : (
        <Writing {...{ trial, record }} onGone={focus} />
      )}
    </footer>
  );
}

type WritingProps = Readonly<{ trial: Trial; record: TrialRecord; onGone: () => void }>;

/** As the end user, and while a human is needed as the live agent too. */
function Writing({ trial, record, onGone }: WritingProps) {
  const { connection } = trial.chat;
  const { definition, liveAgent } = trial.opened;
  const { handoff, session } = record;
  const [draft, setDraft] = useState('');
  const part = useRef<HTMLDivElement>(null);
  useFocusHandedOn(part, onGone);
  const asked = session?.phase.kind === 'handoff' && handoff?.epoch === session.phase.handoff.epoch ? handoff : null;
  return (
    <div ref={part} class="tester-writing">
      {asked !== null && liveAgent === 'tester' && (
        <LiveAgentPart key={asked.epoch} {...{ trial, record, onGone }} handoff={asked} />
      )}
      {asked !== null && liveAgent === 'desk' && <DeskLink {...{ definition }} node={asked.node} />}
      <div class="tester-user">
        {asked !== null && liveAgent === 'tester' && (
          <p class="tester-role" aria-hidden="true">
            {testerTexts.endUserLabel}
          </p>
        )}
        <Composer
          label={testerTexts.endUserLabel}
          placeholder={testerTexts.asEndUser}
          draft={draft}
          onDraft={setDraft}
          onSend={(text) => connection.say(text)}
          onTyping={() => connection.typing()}
          autoFocus
        />
      </div>
    </div>
  );
}

/** The way to the desk that Baton brings, when the node names it; any other desk is where its people know it. */
function DeskLink({ definition, node }: { definition: Definition; node: string }) {
  const start = nodeOf(definition, node)?.startConnectionUrl;
  const url = typeof start === 'string' ? URL.parse(start) : null;
  if (url?.pathname !== '/desk/hooks/start') return null;
  return (
    <a class="button button-soft tester-desk" href={new URL('/desk', url).href} target="_blank" rel="noreferrer">
      <Icon name="out" size={18} />
      {testerTexts.openDesk}
    </a>
  );
}
