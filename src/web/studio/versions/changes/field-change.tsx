import type { FieldChange } from '../../../../core/flow/difference.ts';
import { fieldTitle, changeTexts as words } from '../../../texts/studio/versions.ts';
import { markLines, markWords, type Piece } from './marked.ts';
import { type ShownValue, shownValue } from './shown-value.ts';

/** One field that changed: what it held and what it holds. */
export function FieldDifference({ change }: { change: FieldChange }) {
  const [before, after] = [shownValue(change.before, words), shownValue(change.after, words)];
  return (
    <div class="change-field">
      <dt>{fieldTitle(change.field)}</dt>
      <dd>
        <ValueDifference before={before} after={after} />
      </dd>
    </div>
  );
}

function ValueDifference({ before, after }: Readonly<{ before: ShownValue; after: ShownValue }>) {
  if (before.kind === 'lines' || after.kind === 'lines') {
    return <LinesDifference before={linesIn(before)} after={linesIn(after)} />;
  }
  const [was, is] = [textIn(before), textIn(after)];
  if (before.kind === 'text' || after.kind === 'text') return <TextsBeside before={was} after={is} />;
  return (
    <p class="change-fact">
      <Fact text={was} />
      <span class="change-arrow" aria-hidden="true">
        →
      </span>
      <span class="only-read-aloud"> {words.to} </span>
      <Fact text={is} />
    </p>
  );
}

export const Fact = ({ text }: { text: string }) =>
  text === '' ? <span class="change-nothing">{words.nothing}</span> : <code class="change-value">{text}</code>;

const textIn = (value: ShownValue): string => (value.kind === 'text' || value.kind === 'fact' ? value.text : '');

function linesIn(value: ShownValue): readonly string[] {
  if (value.kind === 'lines') return value.lines;
  return value.kind === 'nothing' ? [] : [value.text];
}

/** Texts that people read, side by side, with the words marked that differ. */
function TextsBeside({ before, after }: Readonly<{ before: string; after: string }>) {
  const marked = markWords(before, after);
  return (
    <div class="change-beside">
      <Text title={words.was} pieces={marked.before} mark="del" />
      <Text title={words.is} pieces={marked.after} mark="ins" />
    </div>
  );
}

type TextProps = Readonly<{ title: string; pieces: readonly Piece[]; mark: 'del' | 'ins' }>;

function Text({ title, pieces, mark: Mark }: TextProps) {
  return (
    <div class="change-text">
      <span class="change-side">{title}</span>
      <p dir="auto">
        {pieces.length === 0 && <span class="change-nothing">{words.nothing}</span>}
        {pieces.map(({ text, isOwn }, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a text never change places.
          isOwn ? <Mark key={index}>{text}</Mark> : text,
        )}
      </p>
    </div>
  );
}

type Line = Readonly<{ kind: 'removed' | 'added'; text: string } | { kind: 'kept'; number: number }>;

/** Lists and code: the lines that went and came, in their order; how many stayed between them. */
function LinesDifference({ before, after }: Readonly<{ before: readonly string[]; after: readonly string[] }>) {
  return (
    <ul class="change-lines">
      {linesBetween(before, after).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a difference does not change.
        <li key={index} data-kind={line.kind}>
          {line.kind === 'kept' ? (
            words.unchanged(line.number)
          ) : (
            <>
              <span class="only-read-aloud">{line.kind === 'added' ? words.addedLine : words.removedLine} </span>
              <code>{line.text}</code>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function linesBetween(before: readonly string[], after: readonly string[]): readonly Line[] {
  const marked = markLines(before, after);
  const lines: Line[] = [];
  let at = 0;
  const keep = (): void => {
    const last = lines.at(-1);
    if (last?.kind === 'kept') lines[lines.length - 1] = { kind: 'kept', number: last.number + 1 };
    else lines.push({ kind: 'kept', number: 1 });
  };
  const takeAdded = (): void => {
    for (let piece = marked.after[at]; piece?.isOwn; piece = marked.after[at]) {
      lines.push({ kind: 'added', text: piece.text });
      at += 1;
    }
  };
  for (const { text, isOwn } of marked.before) {
    if (isOwn) lines.push({ kind: 'removed', text });
    else {
      takeAdded();
      keep();
      at += 1;
    }
  }
  takeAdded();
  return lines;
}
