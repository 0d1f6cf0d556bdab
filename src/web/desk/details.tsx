import { useState } from 'preact/hooks';
import type { DeskConversation } from '../../contract/desk-api.ts';
import { IconButton } from '../parts/buttons.tsx';
import { fullTime } from '../parts/time.ts';
import { texts } from '../texts/texts.ts';
import type { Before } from './desk-state.ts';

type DetailsProps = Readonly<{ conversation: DeskConversation; before: Before | undefined; onBack: () => void }>;

/** What came along with the handoff. */
export function Details({ conversation, before, onBack }: DetailsProps) {
  const { sessionId, agentId, epoch, startedAt } = conversation;
  const parameters = (before?.parameters ?? []).filter(({ name }) => name !== 'SESSION_ID');
  return (
    <aside class="details" aria-label={texts.desk.details}>
      <header class="column-header">
        <span class="only-without-details">
          <IconButton icon="back" label={texts.desk.backToConversation} onClick={onBack} />
        </span>
        <h2>{texts.desk.details}</h2>
      </header>
      <div class="details-scroller">
        <h3>{texts.desk.parameters}</h3>
        {before !== undefined && parameters.length === 0 && <p class="details-none">{texts.desk.noParameters}</p>}
        <dl>
          {parameters.map(({ name, value }) => (
            <Fact key={name} name={name} value={readable(value)} isTechnical />
          ))}
        </dl>
        <h3>{texts.desk.facts}</h3>
        <dl>
          <Fact name={texts.desk.sessionId} value={sessionId} canCopy />
          <Fact name={texts.desk.virtualAgent} value={agentId} />
          <Fact name={texts.desk.handoff} value={texts.desk.handoffNumber(epoch)} />
          <Fact name={texts.desk.started} value={fullTime(startedAt)} />
        </dl>
      </div>
    </aside>
  );
}

/** A multi-value parameter comes as a JSON array in a string (contract 3.1). */
function readable(value: string): string {
  if (!value.startsWith('[')) return value;
  try {
    const values: unknown = JSON.parse(value);
    return Array.isArray(values) && values.every((one) => typeof one === 'string') ? values.join('\n') : value;
  } catch {
    return value;
  }
}

type FactProps = Readonly<{ name: string; value: string; isTechnical?: boolean; canCopy?: boolean }>;

function Fact({ name, value, isTechnical = false, canCopy = false }: FactProps) {
  return (
    <div class="fact">
      <dt data-technical={isTechnical}>{name}</dt>
      <dd dir="auto" data-copyable={canCopy}>
        {canCopy ? <code>{value}</code> : value}
        {canCopy && 'clipboard' in navigator && <Copy value={value} />}
      </dd>
    </div>
  );
}

function Copy({ value }: { value: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = (): void =>
    void navigator.clipboard.writeText(value).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    });
  return (
    <>
      <IconButton icon={isCopied ? 'tick' : 'copy'} label={texts.desk.copySession} onClick={copy} />
      <span class="only-read-aloud" role="status">
        {isCopied ? texts.general.copied : ''}
      </span>
    </>
  );
}
