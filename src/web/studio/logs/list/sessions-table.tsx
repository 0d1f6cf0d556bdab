import { fullTime } from '../../../parts/time.ts';
import { logsTexts as words } from '../../../texts/studio/logs.ts';
import type { AnswerTo } from '../../api/ask.ts';
import { noFilter, writeFilter } from '../../deliveries/filter.ts';
import { fullInstant } from '../../parts/exact-time.ts';
import { Badge, type Tone } from '../../parts/small.tsx';
import { Link } from '../../shell/navigation.tsx';
import { outcomeTone } from '../handoff-frame.tsx';
import { revisionOf } from './session-filter.ts';

type Report = AnswerTo<'listInsights'>['sessions'][number];

type TableProps = Readonly<{ sessions: readonly Report[]; nameOf: (agentId: string) => string }>;

export function SessionsTable({ sessions, nameOf }: TableProps) {
  const { columns } = words;
  return (
    <div class="table-box">
      <table class="table sessions">
        <thead>
          <tr>
            <th scope="col">{columns.start}</th>
            <th scope="col">{columns.agent}</th>
            <th scope="col">{columns.user}</th>
            <th scope="col">{columns.owner}</th>
            <th scope="col">{columns.handoffs}</th>
            <th scope="col" class="number">
              {columns.messages}
            </th>
            <th scope="col">{columns.desk}</th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} name={nameOf(session.agent_id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const ownerTones: Readonly<Record<string, Tone>> = { virtual_agent: 'plain', live_agent: 'accent', nobody: 'plain' };

function SessionRow({ session, name }: { session: Report; name: string }) {
  const { id, session_start_time: start, agent_version, user, owner, transcription } = session;
  const { columns } = words;
  return (
    <tr>
      <td data-label={columns.start} class="nowrap">
        <Link to={{ kind: 'session', sessionId: id }} class="row-link" title={fullInstant(start)}>
          <time dateTime={start}>{fullTime(start)}</time>
          <span class="only-read-aloud">{words.open(name, id)}</span>
        </Link>
      </td>
      <td data-label={columns.agent}>
        <span>
          {name} <Version version={agent_version} />
        </span>
      </td>
      <td data-label={columns.user} class="user-cell">
        {user === null ? <span class="quiet">{words.noUser}</span> : user.id}
      </td>
      <td data-label={columns.owner}>
        {owner === 'nobody' ? (
          <span class="quiet">{words.owners.nobody}</span>
        ) : (
          <Badge tone={ownerTones[owner] ?? 'plain'}>{words.owners[owner] ?? owner}</Badge>
        )}
      </td>
      <td data-label={columns.handoffs}>
        <Handoffs session={session} />
      </td>
      <td data-label={columns.messages} class="number">
        {transcription.length}
      </td>
      <td data-label={columns.desk}>
        <Debt session={session} />
      </td>
    </tr>
  );
}

function Version({ version }: { version: number }) {
  if (revisionOf(version) !== null) return <Badge tone="warn">{words.draft}</Badge>;
  return <span class="quiet nowrap">{words.version(version)}</span>;
}

function Handoffs({ session: { handoffs } }: { session: Report }) {
  if (handoffs.length === 0) return <span class="quiet">{words.noHandoff}</span>;
  return (
    <span class="badges">
      {handoffs.map(({ epoch, outcome, connected_at }) => {
        if (outcome === null) {
          const isThere = connected_at !== null;
          return (
            <Badge key={epoch} tone={isThere ? 'accent' : 'warn'}>
              {isThere ? words.underWay : words.waiting}
            </Badge>
          );
        }
        const known = outcome as keyof typeof words.outcomes;
        return (
          <Badge key={epoch} tone={outcomeTone[known] ?? 'plain'}>
            {words.outcomes[known] ?? outcome}
          </Badge>
        );
      })}
    </span>
  );
}

/** What the desk has not received. */
function Debt({ session: { id, desk } }: { session: Report }) {
  const { waiting, dead, not_received_since } = desk;
  const isStuck = not_received_since !== null && waiting > 0;
  if (dead === 0 && !isStuck) return <span class="quiet">{words.allReceived}</span>;
  return (
    <span class="badges">
      {isStuck && (
        <Link to={{ kind: 'deliveries' }} query={writeFilter({ ...noFilter, state: 'owed', session: id })}>
          <Badge tone="warn">{words.stuck(waiting)}</Badge>
        </Link>
      )}
      {dead > 0 && (
        <Link to={{ kind: 'deliveries' }} query={writeFilter({ ...noFilter, state: 'dead', session: id })}>
          <Badge tone="bad">{words.dead(dead)}</Badge>
        </Link>
      )}
    </span>
  );
}
