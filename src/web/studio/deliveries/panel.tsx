import { useCallback, useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { deliveriesTexts as words } from '../../texts/studio/deliveries.ts';
import { ask } from '../api/ask.ts';
import { useAsked, useEvery } from '../api/use-asked.ts';
import { Dialog } from '../parts/dialog.tsx';
import { AskedView } from '../parts/frame.tsx';
import { Copyable, When } from '../parts/small.tsx';
import { tell } from '../parts/toasts.tsx';
import { useWho } from '../who.tsx';
import { Attempts, type DeliveryDetail } from './attempts.tsx';
import { mayReplay, maySkip, stateOf } from './filter.ts';
import { SessionLink } from './list.tsx';
import { type Deed, resultOf, settleAll, skipText } from './settle.ts';
import { Soon } from './soon.tsx';
import { StateBadge } from './state-badge.tsx';

const everyMs = 3_000;

type PanelProps = Readonly<{
  id: string;
  onClose: () => void;
  /** It was replayed or skipped. */
  onSettled: () => void;
}>;

/** One delivery with its attempts, at the side of whatever led to it. */
export function DeliveryPanel({ id, onClose, onSettled }: PanelProps) {
  const { asking, again } = useAsked(id, () => ask('getDelivery', { path: { delivery_id: id } }));
  const renew = useCallback(async () => {
    if (asking.kind === 'ready' && asking.body.state === 'owed') await again();
  }, [asking, again]);
  useEvery(everyMs, renew);
  const body = asking.kind === 'ready' ? asking.body : null;
  const settled = (): void => {
    void again();
    onSettled();
  };
  return (
    <Dialog
      title={body === null ? words.panelTitle : words.kinds[body.kind]}
      size="wide"
      onClose={onClose}
      actions={body && <Actions delivery={body} onSettled={settled} />}
    >
      <div class="delivery-panel">
        <AskedView asking={asking} again={again}>
          {(delivery) => (
            <>
              <Facts delivery={delivery} />
              <Attempts delivery={delivery} />
            </>
          )}
        </AskedView>
      </div>
    </Dialog>
  );
}

function Facts({ delivery }: { delivery: DeliveryDetail }) {
  const { id, url, session_id, seq, attempts, owed_since, next_attempt_at } = delivery;
  const state = stateOf(delivery);
  return (
    <>
      <div class="panel-state">
        <StateBadge state={state} />
        <p class="quiet">{words.stateTexts[state]}</p>
        {delivery.last_failure !== null && state !== 'delivered' && <p class="failure">{delivery.last_failure}</p>}
      </div>
      <dl class="facts">
        <dt>{words.facts.session}</dt>
        <dd>
          <SessionLink id={session_id} event={seq} isWhole />
        </dd>
        <dt>{words.facts.lane}</dt>
        <dd>{laneWords(delivery.lane)}</dd>
        <dt>{words.facts.since}</dt>
        <dd>
          <When at={owed_since} />
        </dd>
        <dt>{words.facts.attempts}</dt>
        <dd>{words.attemptsSince(attempts)}</dd>
        {next_attempt_at !== null && (
          <>
            <dt>{words.facts.next}</dt>
            <dd>
              <Soon at={next_attempt_at} />
            </dd>
          </>
        )}
        <dt>{words.facts.url}</dt>
        <dd>{url === '' ? words.inSandbox : <Copyable text={url} label={words.facts.url} />}</dd>
        <dt>{words.facts.id}</dt>
        <dd>
          <Copyable text={id} label={words.facts.id} />
        </dd>
      </dl>
    </>
  );
}

/** Lanes are named by what they are for: `h2` is the second handoff's. */
function laneWords(lane: string): string {
  if (lane.startsWith('h')) return words.lanes.handoff(lane.slice(1));
  return lane === 's' ? words.lanes.status : words.lanes.ask;
}

function Actions({ delivery, onSettled }: { delivery: DeliveryDetail; onSettled: () => void }) {
  const { may } = useWho();
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  if (!may.operate || !(mayReplay(delivery) || maySkip(delivery))) return null;
  const settle = async (deed: Deed): Promise<void> => {
    setBusy(true);
    const outcome = await settleAll(deed, [delivery.id], { onProgress: () => {}, isStopped: () => false });
    setBusy(false);
    const { text, isGood } = resultOf(deed, outcome);
    tell(text, isGood ? 'good' : 'bad');
    onSettled();
  };
  return (
    <>
      {maySkip(delivery) && (
        <Button disabled={isBusy} onClick={() => setAsking(true)}>
          {words.skip}
        </Button>
      )}
      {mayReplay(delivery) && (
        <Button look="primary" disabled={isBusy} onClick={() => void settle('replay')}>
          {words.replay}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={words.skipTitle(1)}
          text={skipText([delivery])}
          confirm={words.skip}
          onConfirm={() => void settle('skip')}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
