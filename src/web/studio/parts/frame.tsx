import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Banner, StatePage } from '../../parts/state-page.tsx';
import { shellTexts } from '../../texts/studio/shell.ts';
import { texts } from '../../texts/texts.ts';
import type { Failure } from '../api/ask.ts';
import type { Asking } from '../api/use-asked.ts';

type FrameProps = Readonly<{
  title: string;
  /** A plain sentence below the title. */
  lead?: ComponentChildren;
  /** What leads back, above the title. */
  above?: ComponentChildren;
  /** Buttons beside the title. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}>;

/** A page of the studio: what it is called, what one can do, and what it holds. */
export function PageFrame({ title, lead, above, actions, children }: FrameProps) {
  useTitle(title);
  return (
    <div class="page-frame">
      <header class="page-head">
        <div class="page-head-words">
          {above && <div class="page-above">{above}</div>}
          <h1>{title}</h1>
          {lead && <p class="page-lead">{lead}</p>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = shellTexts.title(title);
  }, [title]);
}

/** The sentence of a failure, as a person reads it. */
export function sentenceOf(failure: Failure): string {
  if (failure.kind === 'unreachable') return shellTexts.unreachable;
  return failure.kind === 'signed-out' ? shellTexts.signedOut : failure.message;
}

type AskedProps<Body> = Readonly<{
  asking: Asking<Body>;
  again: () => Promise<void>;
  /** Stands there while it loads; three grey lines when left out. */
  loading?: ComponentChildren;
  children: (body: Body) => ComponentChildren;
}>;

/** What was asked for: while it loads, when it could not be had, and when it is there. */
export function AskedView<Body>({ asking, again, loading, children }: AskedProps<Body>) {
  if (asking.kind === 'loading') {
    return (
      <div role="status" aria-busy="true" aria-label={texts.general.loading}>
        {loading ?? <Skeleton />}
      </div>
    );
  }
  if (asking.kind === 'failed') {
    return (
      <StatePage icon="lost" title={shellTexts.failedTitle} text={sentenceOf(asking.failure)}>
        <Button look="primary" onClick={() => void again()}>
          {texts.general.tryAgain}
        </Button>
      </StatePage>
    );
  }
  return (
    <>
      {asking.isStale && <Banner icon="lost">{shellTexts.stale}</Banner>}
      {children(asking.body)}
    </>
  );
}

export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div class="skeletons" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same.
        <span key={index} class="skeleton skeleton-row" />
      ))}
    </div>
  );
}
