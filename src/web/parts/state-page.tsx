import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icons.tsx';

type StatePageProps = Readonly<{
  icon: IconName;
  title: string;
  text: string;
  /** Whether it is all that the page has to say. */
  isPage?: boolean;
  children?: ComponentChildren;
}>;

/** What stands where there is nothing else to show: empty, not found, unreachable. */
export function StatePage({ icon, title, text, isPage = false, children }: StatePageProps) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <div class="state-page">
      <span class="state-page-icon">
        <Icon name={icon} size={28} />
      </span>
      <Title>{title}</Title>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** A sentence across the page, said calmly to whoever listens. */
export function Banner({ icon, children }: { icon: IconName; children: ComponentChildren }) {
  return (
    <div class="banner" role="status">
      <Icon name={icon} size={18} />
      <span>{children}</span>
    </div>
  );
}

export function NewsPill({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" class="news-pill" onClick={onClick}>
      <Icon name="down" size={16} />
      {label}
    </button>
  );
}
