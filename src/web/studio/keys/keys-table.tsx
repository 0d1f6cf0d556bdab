import type { Scope } from '../../../contract/route.ts';
import { Button } from '../../parts/buttons.tsx';
import { keyTexts as words } from '../../texts/studio/access/keys.ts';
import type { AnswerTo } from '../api/ask.ts';
import { Badge, type Tone, When } from '../parts/small.tsx';

export type Key = AnswerTo<'listKeys'>['keys'][number];

type TableProps = Readonly<{
  keys: readonly Key[];
  /** All of them, to tell which took the place of which. */
  all: readonly Key[];
  onRotate?: ((key: Key) => void) | undefined;
  onRevoke?: ((key: Key) => void) | undefined;
}>;

export function KeysTable({ keys, all, onRotate, onRevoke }: TableProps) {
  return (
    <div class="table-box">
      <table class="table keys" aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{words.label}</th>
            <th scope="col">{words.scopes}</th>
            <th scope="col">{words.limit}</th>
            <th scope="col">{words.lastUsed}</th>
            <th scope="col">{words.created}</th>
            <th scope="col">{words.ends}</th>
            <th scope="col">
              <span class="only-read-aloud">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <Row key={key.id} of={key} {...{ all, onRotate, onRevoke }} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Omit<TableProps, 'keys'> & Readonly<{ of: Key }>;

function Row({ of: key, all, onRotate, onRevoke }: RowProps) {
  const { label, prefix, scopes, requests_per_second: limit, successor } = key;
  return (
    <tr>
      <td data-label="">
        <div class="key">
          <span class="key-label">{label}</span>
          <span class="key-state">
            {prefix && <code>{words.starts(prefix)}</code>}
            <StateOf of={key} successor={all.find(({ id }) => id === successor)} />
          </span>
        </div>
      </td>
      <td data-label={words.scopes}>
        <span class="key-scopes">
          {scopes.map((scope) => (
            <span key={scope} title={words.scopeNames[scope as Scope]}>
              <Badge>{scope}</Badge>
            </span>
          ))}
        </span>
      </td>
      <td class="key-limit" data-label={words.limit}>
        {limit === null ? words.noLimit : words.perSecond(limit)}
      </td>
      <td data-label={words.lastUsed}>
        <When at={key.last_used_at} />
      </td>
      <td data-label={words.created}>
        <When at={key.created_at} />
      </td>
      <td data-label={words.ends}>
        <When at={key.revoked_at ?? key.expires_at} />
      </td>
      <td class="actions" data-label="">
        <Actions of={key} {...{ onRotate, onRevoke }} />
      </td>
    </tr>
  );
}

function Actions({ of: key, onRotate, onRevoke }: Omit<RowProps, 'all'>) {
  const { label, prefix, successor } = key;
  const named = prefix === null ? label : `${label}, ${words.starts(prefix)}`;
  return (
    <>
      {onRotate && (
        // One that was replaced is on its way out.
        <Button aria-label={words.rotateOf(named)} disabled={successor !== null} onClick={() => onRotate(key)}>
          {words.rotate}
        </Button>
      )}
      {onRevoke && (
        <Button aria-label={words.revokeOf(named)} onClick={() => onRevoke(key)}>
          {words.revoke}
        </Button>
      )}
    </>
  );
}

const tones: Readonly<Record<Key['state'] | 'replaced', Tone>> = {
  valid: 'good',
  replaced: 'warn',
  expired: 'plain',
  revoked: 'bad',
};

function StateOf({ of: { state, successor: replacedBy }, successor }: { of: Key; successor: Key | undefined }) {
  const shown = state === 'valid' && replacedBy !== null ? 'replaced' : state;
  return (
    <>
      <Badge tone={tones[shown]}>{words.states[shown]}</Badge>
      {successor?.prefix && <span class="key-by">{words.replacedBy(words.starts(successor.prefix))}</span>}
    </>
  );
}
