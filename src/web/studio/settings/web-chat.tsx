import { Button } from '../../parts/buttons.tsx';
import { generalTexts as words } from '../../texts/studio/settings.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../api/use-asked.ts';
import { setFields } from '../draft/edit.ts';
import { ToggleSetting } from '../parts/fields.tsx';
import { Copyable } from '../parts/small.tsx';
import { LinesSetting } from './lines-setting.tsx';
import { faultAt, type SectionProps } from './section.ts';

/** Whether anybody may chat with it, where, and from which websites. */
export function WebChat({
  agentId,
  definition,
  findings,
  isLocked,
  edit,
  isPublished,
}: SectionProps & Readonly<{ isPublished: boolean }>) {
  const address = useChatAddress(agentId);
  const isOpen = definition.webChat === true;
  const origins = originsOf(definition.allowedOrigins);
  const own = new URL(address).origin;
  const wrong = origins.find((origin) => URL.parse(origin)?.origin !== origin);
  const set = (fields: Readonly<Record<string, unknown>>, what: string): void => edit(setFields(fields), what);
  const setOrigins = (lines: readonly string[], what = 'allowedOrigins'): void =>
    set({ allowedOrigins: lines.length === 0 ? undefined : lines }, what);
  return (
    <section class="card settings">
      <h2>{words.chatTitle}</h2>
      <ToggleSetting
        label={words.webChat}
        hint={words.webChatHint}
        value={isOpen}
        disabled={isLocked}
        fault={faultAt(findings, 'webChat')}
        onValue={(webChat) => set({ webChat: webChat ? true : undefined }, '')}
      />
      {isOpen && <Addresses address={address} isPublished={isPublished} />}
      <LinesSetting
        label={words.origins}
        hint={words.originsHint}
        optional
        isCode
        rows={2}
        lines={origins}
        onLines={(lines) => setOrigins(lines)}
        disabled={isLocked}
        fault={wrong === undefined ? faultAt(findings, 'allowedOrigins') : words.originWrong(wrong)}
      />
      {isOpen && origins.length > 0 && !origins.includes(own) && (
        <p class="settings-note" role="status">
          {words.ownOrigin(own)}
          {!isLocked && <Button onClick={() => setOrigins([...origins, own], '')}>{words.addOwnOrigin}</Button>}
        </p>
      )}
    </section>
  );
}

function Addresses({ address, isPublished }: Readonly<{ address: string; isPublished: boolean }>) {
  const link = `<a href="${address}" target="_blank" rel="noopener">${words.embedWords}</a>`;
  return (
    <>
      <div class="setting">
        <span class="setting-label">{words.chatAddress}</span>
        <Copyable text={address} label={words.chatAddress} />
        {!isPublished && <p class="setting-hint">{words.chatNotYet}</p>}
      </div>
      <div class="setting">
        <span class="setting-label">{words.embed}</span>
        <Copyable text={link} label={words.embed} />
      </div>
    </>
  );
}

/** Where end users find it: as the server names itself, or as one came here. */
function useChatAddress(agentId: string): string {
  const { asking } = useAsked('server', () => ask('describeServer'));
  const form = asking.kind === 'ready' ? asking.body.chat : `${location.origin}/chat/{agent_id}`;
  return form.replace('{agent_id}', encodeURIComponent(agentId));
}

const originsOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).filter((origin): origin is string => typeof origin === 'string');
