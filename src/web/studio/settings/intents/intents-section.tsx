import { intentTexts as words } from '../../../texts/studio/settings.ts';
import type { DraftIntent } from '../../draft/definition.ts';
import { Listed } from '../listed.tsx';
import type { SectionProps } from '../section.ts';
import { useItems } from '../use-items.ts';
import { Used } from '../used.tsx';
import { intentUses } from '../uses.ts';
import { IntentDialog } from './intent-dialog.tsx';
import { TryIntents } from './try-intents.tsx';

/** What end users may want. */
export function IntentsSection(props: SectionProps) {
  const { list, dialog } = useItems<DraftIntent>(props, 'intents', intentUses);
  const { agentId, findings, save } = props;
  const together = findings.find(({ node, path }) => node === null && path === 'intents');
  return (
    <>
      {together && (
        <p class="setting-fault" role="status">
          {together.message}
        </p>
      )}
      <Listed
        texts={words}
        icon="talk"
        nameColumn={words.columns.name}
        columns={[words.columns.examples, words.columns.used]}
        cells={({ item, uses: nodes }) => [
          <span class="listed-examples" key="examples">
            <span>{words.examples(item.examples.length)}</span>
            <span class="listed-nothing">{item.examples.slice(0, 3).join(' · ')}</span>
          </span>,
          <Used key="used" nodes={nodes} />,
        ]}
        {...list}
      />
      {list.entries.length > 0 && <TryIntents agentId={agentId} save={save} />}
      {dialog && <IntentDialog {...dialog} />}
    </>
  );
}
