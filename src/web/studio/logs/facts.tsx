import type { ComponentChildren } from 'preact';
import { isSystemParameter, type Value } from '../../../core/flow/parameters.ts';
import { fullTime } from '../../parts/time.ts';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import type { AnswerTo } from '../api/ask.ts';
import { noFilter, writeFilter } from '../deliveries/filter.ts';
import { duration } from '../parts/duration.ts';
import { fullInstant } from '../parts/exact-time.ts';
import { Badge, Copyable } from '../parts/small.tsx';
import { Link } from '../shell/navigation.tsx';
import { outcomeTone } from './handoff-frame.tsx';
import { Id, ValueWords, versionWords } from './lines.tsx';
import { revisionOf } from './list/session-filter.ts';

export type Report = AnswerTo<'getInsight'>;

/** What is known of a session beside what was said in it. */
export function Facts({ report }: { report: Report }) {
  return (
    <>
      <section class="card facts-card">
        <h2>{words.facts}</h2>
        <dl class="facts">
          <FactRows report={report} />
        </dl>
        <Debt report={report} />
      </section>
      {report.handoffs.length > 0 && <Handoffs report={report} />}
      <Values report={report} />
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);

const Instant = ({ at }: { at: string }) => (
  <time dateTime={at} title={fullInstant(at)}>
    {fullTime(at)}
  </time>
);

function FactRows({ report }: { report: Report }) {
  const { id, agent_id: agentId, agent_version, user, owner, channel, session_start_time, session_end_time } = report;
  const lasted = session_end_time === null ? null : Date.parse(session_end_time) - Date.parse(session_start_time);
  const { fact } = words;
  return (
    <>
      <Fact name={fact.owner}>
        <Badge tone={owner === 'live_agent' ? 'accent' : 'plain'}>{words.owners[owner] ?? owner}</Badge>
      </Fact>
      <Fact name={fact.agent}>
        <Link to={{ kind: 'agent', agentId }} class="row-link" title={words.editor}>
          {agentId}
        </Link>
      </Fact>
      <Fact name={fact.version}>
        {revisionOf(agent_version) === null ? (
          <Link
            to={{ kind: 'versions', agentId }}
            query={`?version=${agent_version}`}
            class="row-link"
            title={words.definition}
          >
            {versionWords(agent_version)}
          </Link>
        ) : (
          versionWords(agent_version)
        )}
      </Fact>
      <Fact name={fact.user}>{user === null ? <span class="quiet">{words.noUser}</span> : user.id}</Fact>
      <Fact name={fact.start}>
        <Instant at={session_start_time} />
      </Fact>
      {session_end_time !== null && (
        <Fact name={fact.end}>
          <Instant at={session_end_time} />
        </Fact>
      )}
      {lasted !== null && <Fact name={fact.lasted}>{duration(lasted)}</Fact>}
      <Fact name={fact.channel}>{words.channels[channel] ?? channel}</Fact>
      <Fact name={fact.id}>
        <Copyable text={id} label={fact.id} />
      </Fact>
    </>
  );
}

/** What the desk has not received, with the way to it. */
function Debt({ report: { id, desk } }: { report: Report }) {
  if (desk.waiting === 0 && desk.dead === 0) return null;
  const leads = (state: 'owed' | 'dead', count: number, tone: 'warn' | 'bad' | 'plain', text: string) =>
    count > 0 && (
      <Link to={{ kind: 'deliveries' }} query={writeFilter({ ...noFilter, state, session: id })} class="debt-link">
        <Badge tone={tone}>{text}</Badge>
        <span class="only-read-aloud">{words.deliveriesOfSession}</span>
      </Link>
    );
  return (
    <div class="debt">
      <span class="quiet">{words.fact.desk}</span>
      {leads('owed', desk.waiting, desk.not_received_since === null ? 'plain' : 'warn', words.owed(desk.waiting))}
      {leads('dead', desk.dead, 'bad', words.dead(desk.dead))}
      {desk.last_failure !== null && <p class="failure">{desk.last_failure}</p>}
    </div>
  );
}

function Handoffs({ report: { handoffs } }: { report: Report }) {
  return (
    <section class="card facts-card">
      <h2>{words.handoffs}</h2>
      <ol class="facts-handoffs">
        {handoffs.map(({ epoch, requested_at, connected_at, ended_at, outcome, kept }) => (
          <li key={epoch}>
            <p>
              <strong>{words.handoff(epoch)}</strong>{' '}
              <Badge tone={outcomeTone[outcome as keyof typeof outcomeTone] ?? 'accent'}>
                {words.outcomes[outcome as keyof typeof words.outcomes] ?? words.underWay}
              </Badge>
            </p>
            <p class="quiet">{times(requested_at, connected_at, ended_at).join(' · ')}</p>
            {!kept && <p class="quiet">{words.notKept}.</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function times(requested: string, connected: string | null, ended: string | null): readonly string[] {
  const after = (at: string): string => duration(Date.parse(at) - Date.parse(requested));
  return [
    words.handoffRequested(fullTime(requested)),
    connected === null ? words.handoffNotConnected : words.connectedAfter(after(connected)),
    ...(ended === null ? [] : [words.took(after(ended))]),
  ];
}

function Values({ report: { parameters, session_end_time } }: { report: Report }) {
  const all = Object.entries(parameters) as readonly (readonly [string, Value])[];
  const own = all.filter(([name]) => !isSystemParameter(name));
  const system = all.filter(([name]) => isSystemParameter(name));
  return (
    <section class="card facts-card">
      <h2>{session_end_time === null ? words.parametersNow : words.parametersAtEnd}</h2>
      {own.length === 0 ? <p class="quiet">{words.noParameters}</p> : <ValueList values={own} />}
      <details class="system">
        <summary>{words.systemParameters}</summary>
        <ValueList values={system} />
      </details>
    </section>
  );
}

function ValueList({ values }: { values: readonly (readonly [string, Value])[] }) {
  return (
    <dl class="values">
      {values.map(([name, value]) => (
        <div key={name}>
          <dt>
            <Id>{name}</Id>
          </dt>
          <dd>
            <ValueWords value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
