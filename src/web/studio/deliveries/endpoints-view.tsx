import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Icon, type IconName } from '../../parts/icons.tsx';
import { Banner } from '../../parts/state-page.tsx';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { duration } from '../parts/duration.ts';
import { Badge, type Tone, When } from '../parts/small.tsx';
import { Link } from '../shell/navigation.tsx';
import { type Desk, desksOf, type EndpointsAnswer, type Health } from './endpoints.ts';
import { noFilter, writeFilter } from './filter.ts';

/** More are folded away: the list of deliveries below is to be in sight. */
const mostAtFirst = 8;

const looks: Readonly<Record<Health, Readonly<{ tone: Tone; icon: IconName }>>> = {
  healthy: { tone: 'good', icon: 'tick' },
  troubled: { tone: 'warn', icon: 'warning' },
  down: { tone: 'bad', icon: 'close' },
  nothing: { tone: 'plain', icon: 'clock' },
};

/** How each endpoint fares, desk by desk, the worst first. */
export function EndpointsView({ answer, now }: { answer: EndpointsAnswer; now: number }) {
  const [isWhole, setWhole] = useState(false);
  const { endpoints, truncated } = answer;
  if (endpoints.length === 0) return <p class="quiet">{words.endpointsEmpty}</p>;
  const desks = desksOf(endpoints, now);
  return (
    <>
      {truncated && <Banner icon="info">{words.endpointsTruncated}</Banner>}
      <div class="table-box">
        <table class="table endpoints">
          <thead>
            <tr>
              <th scope="col">{words.columns.endpoint}</th>
              <th scope="col">{words.columns.health}</th>
              <th scope="col" class="number">
                {words.columns.owed}
              </th>
              <th scope="col" class="number">
                {words.columns.stuck}
              </th>
              <th scope="col" class="number">
                {words.columns.dead}
              </th>
              <th scope="col">{words.columns.oldest}</th>
              <th scope="col">{words.columns.sinceStart}</th>
            </tr>
          </thead>
          {(isWhole ? desks : first(desks)).map((desk) => (
            <DeskRows key={desk.origin} desk={desk} />
          ))}
        </table>
        {!isWhole && endpoints.length > mostAtFirst && (
          <div class="more">
            <Button onClick={() => setWhole(true)}>{words.showAllEndpoints(endpoints.length)}</Button>
          </div>
        )}
      </div>
    </>
  );
}

function first(desks: readonly Desk[]): readonly Desk[] {
  let room = mostAtFirst;
  return desks.flatMap((desk) => {
    const endpoints = desk.endpoints.slice(0, room);
    room -= endpoints.length;
    return endpoints.length === 0 ? [] : [{ ...desk, endpoints }];
  });
}

const nameOf = ({ origin }: Desk): string => {
  if (origin === '') return words.inSandbox;
  return origin === location.origin ? words.onThisServer : origin;
};

function DeskRows({ desk }: { desk: Desk }) {
  return (
    <tbody>
      <tr class="desk-row">
        <th scope="rowgroup" colSpan={7} data-label="">
          {nameOf(desk)}
        </th>
      </tr>
      {desk.endpoints.map((endpoint) => (
        <EndpointRow key={endpoint.url} endpoint={endpoint} />
      ))}
    </tbody>
  );
}

type Row = Desk['endpoints'][number];

function EndpointRow({ endpoint }: { endpoint: Row }) {
  const { kinds, path, health, oldest_owed_since, last_failure } = endpoint;
  const isTroubled = health === 'down' || health === 'troubled';
  return (
    <tr>
      <td data-label="" class="endpoint-cell">
        <span class="endpoint-kinds">{kinds.map((kind) => words.kinds[kind]).join(', ')}</span>
        {path !== '' && <code class="endpoint-path">{path}</code>}
        {isTroubled && last_failure !== null && <span class="failure">{last_failure}</span>}
      </td>
      <td data-label={words.columns.health} class="health-cell">
        <HealthBadge health={health} />
      </td>
      <Count endpoint={endpoint} state="owed" />
      <Count endpoint={endpoint} state="stuck" />
      <Count endpoint={endpoint} state="dead" />
      <td data-label={words.columns.oldest} class="nowrap" data-empty={oldest_owed_since === null}>
        {oldest_owed_since === null ? <span class="quiet">{words.nothingOwed}</span> : <When at={oldest_owed_since} />}
      </td>
      <td data-label={words.columns.sinceStart} class="since-start">
        <SinceStart calls={endpoint.since_start} />
      </td>
    </tr>
  );
}

function HealthBadge({ health }: { health: Health }) {
  const { tone, icon } = looks[health];
  return (
    <span title={words.healthHints[health]}>
      <Badge tone={tone}>
        <Icon name={icon} size={14} />
        {words.health[health]}
      </Badge>
    </span>
  );
}

/** A number that leads to what it counts. */
function Count({ endpoint, state }: { endpoint: Row; state: 'owed' | 'stuck' | 'dead' }) {
  const { url, [state]: count } = endpoint;
  const label = words.columns[state];
  return (
    <td data-label={label} class="number">
      {count === 0 ? (
        <span class="quiet">0</span>
      ) : (
        <Link
          to={{ kind: 'deliveries' }}
          query={writeFilter({ ...noFilter, state, url })}
          class="count"
          aria-label={words.only(label, count, url)}
        >
          {words.count(count)}
        </Link>
      )}
    </td>
  );
}

function SinceStart({ calls }: { calls: Row['since_start'] }) {
  if (calls === null) return <span class="quiet">{words.notCalled}</span>;
  return (
    <span>
      {words.sinceStart(calls.delivered, calls.failed)}
      {calls.typical_ms !== null && <span class="quiet"> · {words.typical(duration(calls.typical_ms))}</span>}
    </span>
  );
}
