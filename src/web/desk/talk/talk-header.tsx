import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskConversation } from '../../../contract/desk-api.ts';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { texts } from '../../texts/texts.ts';
import { Timer } from '../countdown.tsx';
import type { DeskClient } from '../desk-client.ts';
import { groupOf } from '../groups.ts';
import { Initial } from '../list.tsx';

type TalkHeaderProps = Readonly<{
  client: DeskClient;
  conversation: DeskConversation;
  /** Whether the desk is heard now. */
  isLive: boolean;
  hasDetails: boolean;
  onBack: () => void;
  onDetails: () => void;
}>;

/** Whose conversation it is, how long there is to answer, and what can be done with it. */
export function TalkHeader({ client, conversation, isLive, hasDetails, onBack, onDetails }: TalkHeaderProps) {
  const { customer } = conversation;
  const heading = useRef<HTMLHeadingElement>(null);
  // Only when the dialog is gone can anything else have the focus.
  const focus = (): void => void requestAnimationFrame(() => heading.current?.focus());
  return (
    <header class="column-header talk-header">
      <span class="only-narrow">
        <IconButton icon="back" label={texts.desk.back} onClick={onBack} />
      </span>
      <Initial name={customer} />
      <div class="talk-who">
        <h2 ref={heading} dir="auto" tabIndex={-1}>
          {customer ?? texts.desk.customer}
        </h2>
        <p>{standing(client, conversation)}</p>
      </div>
      <div class="talk-tools">
        <Timer conversation={conversation} />
        <Actions {...{ client, conversation, isLive }} onHandedBack={focus} />
      </div>
      <span class="only-without-details">
        <IconButton icon="info" label={texts.desk.details} aria-expanded={hasDetails} onClick={onDetails} />
      </span>
    </header>
  );
}

function standing({ me }: DeskClient, conversation: DeskConversation): string {
  const { state, assignee } = conversation;
  if (state === 'ended') return texts.desk.endedPlain;
  if (state === 'waiting' || assignee === null) return texts.desk.waitingForSomebody;
  return assignee.id === me.id ? texts.desk.withYou : texts.desk.withColleague(assignee.name);
}

export const endText = ({ endReason }: DeskConversation): string =>
  texts.desk.endReason[endReason ?? ''] ?? texts.desk.endedPlain;

type ActionsProps = Pick<TalkHeaderProps, 'client' | 'conversation' | 'isLive'> &
  Readonly<{ onHandedBack: () => void }>;

function Actions({ client, conversation, isLive, onHandedBack }: ActionsProps) {
  const { id, ending } = conversation;
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    if (isLive) setFailed(false);
  }, [isLive]);
  const run = (action: Promise<boolean>, onDone?: () => void): void => {
    setFailed(false);
    void action.then((isDone) => {
      setFailed(!isDone);
      if (isDone) onDone?.();
    });
  };
  const group = groupOf(conversation, client.me);
  return (
    <>
      {hasFailed && (
        <span class="talk-failed" role="alert">
          {texts.desk.actionFailed}
        </span>
      )}
      {(group === 'waiting' || group === 'others') && (
        <Button look={group === 'waiting' ? 'primary' : 'soft'} onClick={() => run(client.take(id))}>
          {group === 'waiting' ? texts.desk.take : texts.desk.takeOver}
        </Button>
      )}
      {group === 'mine' && (
        <HandBack isDone={ending} onConfirm={() => run(client.end(id), onHandedBack)} onOvertaken={onHandedBack} />
      )}
    </>
  );
}

type HandBackProps = Readonly<{ isDone: boolean; onConfirm: () => void; onOvertaken: () => void }>;

/** Asks before it hands back, unless the conversation ends meanwhile: then there is nothing left to ask. */
function HandBack({ isDone, onConfirm, onOvertaken }: HandBackProps) {
  const [isAsking, setAsking] = useState(false);
  const asks = useRef(false);
  asks.current = isAsking;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what happens to the conversation counts.
  useEffect(() => {
    if (isDone) setAsking(false);
    return () => {
      if (asks.current) onOvertaken();
    };
  }, [isDone]);
  return (
    <>
      <Button disabled={isDone} onClick={() => setAsking(true)}>
        {texts.desk.handBack}
      </Button>
      {isAsking && !isDone && (
        <Confirm
          title={texts.desk.handBackTitle}
          text={texts.desk.handBackText}
          confirm={texts.desk.handBack}
          onConfirm={onConfirm}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
