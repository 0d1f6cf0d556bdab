import { Icon, type IconName } from '../../parts/icons.tsx';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { Badge, type Tone } from '../parts/small.tsx';
import type { DeliveryState } from './filter.ts';

const looks: Readonly<Record<DeliveryState, Readonly<{ tone: Tone; icon: IconName }>>> = {
  owed: { tone: 'plain', icon: 'clock' },
  stuck: { tone: 'warn', icon: 'warning' },
  dead: { tone: 'bad', icon: 'close' },
  delivered: { tone: 'good', icon: 'tick' },
  skipped: { tone: 'plain', icon: 'right' },
};

export function StateBadge({ state }: { state: DeliveryState }) {
  const { tone, icon } = looks[state];
  return (
    <Badge tone={tone}>
      <Icon name={icon} size={14} />
      {words.states[state]}
    </Badge>
  );
}
