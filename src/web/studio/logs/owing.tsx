import { deliveriesTexts } from '../../texts/studio/deliveries.ts';
import { logsTexts as words } from '../../texts/studio/logs.ts';
import { type Delivery, stateOf } from '../deliveries/filter.ts';
import { StateBadge } from '../deliveries/state-badge.tsx';
import { Link } from '../shell/navigation.tsx';
import { useLogPlace } from './log-context.ts';

/** Calls that were not taken: what they are, why, and the way to what can be done. */
export function Owing({ owes }: { owes: readonly Delivery[] }) {
  if (owes.length === 0) return null;
  return (
    <ul class="owing">
      {owes.map((delivery) => (
        <li key={delivery.id}>
          <StateBadge state={stateOf(delivery)} />
          <DeliveryLink id={delivery.id}>{deliveriesTexts.kinds[delivery.kind]}</DeliveryLink>
          {delivery.last_failure !== null && <span class="failure">{delivery.last_failure}</span>}
        </li>
      ))}
    </ul>
  );
}

export function DeliveryLink({ id, children = words.openDelivery }: { id: string; children?: string }) {
  const { sessionId, queryOf } = useLogPlace();
  return (
    <Link to={{ kind: 'session', sessionId }} query={queryOf(id)} class="row-link">
      {children}
    </Link>
  );
}
