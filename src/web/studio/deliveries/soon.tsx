import { useNow } from '../../parts/use-now.ts';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { exactTime } from '../parts/exact-time.ts';
import { When } from '../parts/small.tsx';

const moment = 60_000;

/** When something is to happen; what is due within a minute is not "now" to whoever waits for it. */
export function Soon({ at }: { at: string }) {
  const now = useNow(5_000, Date.now);
  if (Date.parse(at) - now >= moment) return <When at={at} />;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {words.soon}
    </time>
  );
}
