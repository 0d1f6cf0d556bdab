import { Button } from '../../../parts/buttons.tsx';
import { parameterTexts as words } from '../../../texts/studio/settings.ts';
import type { DraftParameter } from '../../draft/definition.ts';
import { declareParameter } from '../../draft/edit.ts';
import { Badge } from '../../parts/small.tsx';
import { Listed } from '../listed.tsx';
import type { SectionProps } from '../section.ts';
import { useItems } from '../use-items.ts';
import { Used } from '../used.tsx';
import { parameterUses, undeclared } from '../uses.ts';
import { ParameterDialog } from './parameter-dialog.tsx';

/** What a conversation remembers. */
export function ParametersSection(props: SectionProps) {
  const { list, dialog, uses } = useItems<DraftParameter>(props, 'parameters', parameterUses);
  const { definition, isLocked, edit } = props;
  return (
    <>
      <Listed
        texts={words}
        icon="edit"
        nameColumn={words.columns.name}
        columns={[words.columns.kind, words.columns.value, words.columns.used]}
        cells={({ item, uses: nodes }) => [
          <span class="listed-facts" key="kind">
            {words.kinds[item.kind] ?? item.kind}
            {item.multi === true && <Badge>{words.severalBadge}</Badge>}
          </span>,
          <Value key="value" value={item.value} />,
          <Used key="used" nodes={nodes} />,
        ]}
        {...list}
      />
      <Undeclared
        missing={[...undeclared(definition, uses)]}
        isLocked={isLocked}
        onDeclare={(name) => edit(declareParameter({ name, kind: 'custom' }), '')}
      />
      {dialog && <ParameterDialog {...dialog} />}
    </>
  );
}

function Value({ value }: { value: DraftParameter['value'] }) {
  const text = typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : '';
  if (text === '') return <span class="listed-nothing">{words.nothing}</span>;
  return <span class="listed-value">{text}</span>;
}

type UndeclaredProps = Readonly<{
  missing: readonly (readonly [string, readonly string[]])[];
  isLocked: boolean;
  onDeclare: (name: string) => void;
}>;

/** Names that nodes use and that are declared nowhere: mistyped, renamed, or still to be declared. */
function Undeclared({ missing, isLocked, onDeclare }: UndeclaredProps) {
  if (missing.length === 0) return null;
  return (
    <section class="card settings-undeclared">
      <h2>{words.undeclaredTitle}</h2>
      <ul>
        {missing.map(([name, nodes]) => (
          <li key={name}>
            <span>
              <code>{name}</code> {words.undeclared(nodes)}
            </span>
            {!isLocked && (
              <Button aria-label={words.declareOne(name)} onClick={() => onDeclare(name)}>
                {words.declare}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
