import { Icon, type IconName } from '../../../parts/icons.tsx';
import { agentsTexts as words } from '../../../texts/studio/agents.ts';
import type { AnswerTo } from '../../api/ask.ts';

export type Template = AnswerTo<'listTemplates'>['templates'][number];

/** How a virtual agent is begun. */
export type Beginning =
  | Readonly<{ kind: 'template'; template: Template }>
  | Readonly<{ kind: 'blank' }>
  | Readonly<{ kind: 'import' }>
  /** @param from the id of the one that is copied, where that is known already. */
  | Readonly<{ kind: 'duplicate'; from: string | null }>;

type Props = Readonly<{
  templates: readonly Template[];
  /** Whether there is anything to be copied. */
  hasAgents: boolean;
  onBegin: (beginning: Beginning) => void;
  heading: 'h2' | 'h3';
}>;

/** The ways to begin, as cards: templates first. */
export function Beginnings({ templates, hasAgents, onBegin, heading: Heading }: Props) {
  return (
    <div class="beginnings">
      {templates.length > 0 && (
        <section>
          <Heading class="beginnings-title">{words.templates}</Heading>
          <ul class="beginning-cards">
            {templates.map((template) => (
              <li key={template.name}>
                <Card
                  {...{ icon: iconOf(template), title: template.title, text: template.description }}
                  onChoose={() => onBegin({ kind: 'template', template })}
                />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <Heading class="beginnings-title">{words.otherWays}</Heading>
        <ul class="beginning-cards beginning-cards-small">
          <li>
            <Card icon="plus" {...words.blank} onChoose={() => onBegin({ kind: 'blank' })} />
          </li>
          <li>
            <Card icon="upload" {...words.import} onChoose={() => onBegin({ kind: 'import' })} />
          </li>
          {hasAgents && (
            <li>
              <Card icon="copy" {...words.duplicate} onChoose={() => onBegin({ kind: 'duplicate', from: null })} />
            </li>
          )}
        </ul>
      </section>
    </div>
  );
}

/** What a template is about at a glance; those that came later have the drawing of a flow. */
const icons: Readonly<Record<string, IconName>> = {
  'support-with-handoff': 'headset',
  'order-status': 'parcel',
  booking: 'clock',
  'faq-with-ai': 'talk',
  'keep-your-bot': 'bot',
};

const iconOf = ({ name }: Template): IconName => (Object.hasOwn(icons, name) ? (icons[name] ?? 'flow') : 'flow');

type CardProps = Readonly<{ icon: IconName; title: string; text: string; onChoose: () => void }>;

function Card({ icon, title, text, onChoose }: CardProps) {
  return (
    <button type="button" class="beginning" onClick={onChoose}>
      <span class="beginning-icon">
        <Icon name={icon} />
      </span>
      <span class="beginning-words">
        <strong>{title}</strong>
        <span>{text}</span>
      </span>
    </button>
  );
}
