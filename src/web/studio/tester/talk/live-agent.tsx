import { useRef, useState } from 'preact/hooks';
import { answerDueAt } from '../../../../core/response-clock.ts';
import type { Session } from '../../../../core/session.ts';
import { Button } from '../../../parts/buttons.tsx';
import { Composer } from '../../../parts/composer.tsx';
import { Icon } from '../../../parts/icons.tsx';
import { span } from '../../../parts/time.ts';
import { useNow } from '../../../parts/use-now.ts';
import { testerTexts } from '../../../texts/studio/tester.ts';
import { type Answer, ask } from '../../api/ask.ts';
import { sentenceOf } from '../../parts/frame.tsx';
import { useWho } from '../../who.tsx';
import type { EventOf, TrialRecord } from '../record/trace.ts';
import type { Trial } from '../trial.ts';
import { useFocusHandedOn } from './focus.ts';
import { Handover } from './handover.tsx';

type LiveAgentProps = Readonly<{
  trial: Trial;
  record: TrialRecord;
  handoff: EventOf<'handoff-requested'>;
  /** It is over while the keyboard was in it. */
  onGone: () => void;
}>;

/** The live agent's side of a handoff, played by whoever tries the draft. */
export function LiveAgentPart({ trial, record, handoff, onGone }: LiveAgentProps) {
  const part = useRef<HTMLElement>(null);
  useFocusHandedOn(part, onGone);
  const [draft, setDraft] = useState('');
  const { send, handBack, isHandingBack, fault } = useLiveAgent(trial, handoff.epoch, (text) =>
    setDraft((before) => (before === '' ? text : before)),
  );
  return (
    <section ref={part} class="tester-live" aria-label={testerTexts.playing}>
      <header>
        <Icon name="headset" size={18} />
        <h3>{testerTexts.playing}</h3>
        <Button aria-disabled={isHandingBack} onClick={handBack}>
          {isHandingBack ? testerTexts.handingBack : testerTexts.handBack}
        </Button>
      </header>
      {record.session && <DueIn session={record.session} />}
      <Handover handoff={handoff} messages={record.messages} />
      {fault !== null && (
        <p class="tester-fault" role="alert">
          {fault}
        </p>
      )}
      <Composer
        label={testerTexts.liveAgentLabel}
        placeholder={testerTexts.asLiveAgent}
        draft={draft}
        onDraft={setDraft}
        onSend={send}
      />
    </section>
  );
}

/** Makes the live agent's calls one after the other, so that what is said stays in order. */
function useLiveAgent(trial: Trial, epoch: number, onNotSent: (text: string) => void) {
  const { me } = useWho();
  const queue = useRef<Promise<void>>(Promise.resolve());
  const [fault, setFault] = useState<string | null>(null);
  const [isHandingBack, setHandingBack] = useState(false);
  const path = { session_id: trial.opened.session.sessionId };
  const call = (make: () => Promise<Answer<unknown>>, failed: () => void): void => {
    queue.current = queue.current.then(async () => {
      const answer = await make();
      setFault(answer.kind === 'ok' ? null : sentenceOf(answer));
      if (answer.kind === 'ok') trial.look();
      else failed();
    });
  };
  const liveAgent = { id: me.id, name: me.name };
  return {
    ...{ fault, isHandingBack },
    send: (text: string) =>
      call(
        () => ask('outbound', { path, body: { text, epoch, liveAgent } }),
        () => onNotSent(text),
      ),
    // Not disabled meanwhile, so that the keyboard is still there when it is handed on.
    handBack: () => {
      if (isHandingBack) return;
      setHandingBack(true);
      call(
        () => ask('disconnect', { path, body: { epoch } }),
        () => setHandingBack(false),
      );
    },
  };
}

/** How long the live agent has to answer, while they owe an answer. */
function DueIn({ session }: { session: Session }) {
  const dueAt = answerDueAt(session);
  const now = useNow(1000, Date.now);
  return dueAt === null ? null : <p class="tester-due">{testerTexts.answerWithin(span(dueAt - now))}</p>;
}
