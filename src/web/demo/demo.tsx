import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PersonAnswer } from '../../contract/people/people.ts';
import { Chat } from '../chat/chat.tsx';
import { Desk } from '../desk/desk.tsx';
import { call } from '../desk/desk-calls.ts';
import { Icon } from '../parts/icons.tsx';
import { SchemeToggle } from '../parts/scheme-toggle.tsx';
import { texts } from '../texts/texts.ts';
import './demo.css';

const agentId = 'support';
const narrow = '(max-width: 859px)';

type Side = 'customer' | 'desk';

const other: Readonly<Record<Side, Side>> = { customer: 'desk', desk: 'customer' };

const emptyHint = { title: texts.demo.deskEmptyTitle, text: texts.demo.deskEmptyText };

/** Both sides of a conversation on one page: beside each other, or behind two tabs where there is no room. */
export function Demo() {
  const isNarrow = useMatch(narrow);
  const [side, setSide] = useState<Side>('customer');
  const [news, setNews] = useState<Side | null>(null);
  const tell = useCallback((from: Side) => setNews(from), []);
  const fromCustomer = useCallback(() => tell('customer'), [tell]);
  const fromDesk = useCallback(() => tell('desk'), [tell]);
  const show = (next: Side): void => {
    setSide(next);
    setNews(null);
  };
  const isShown = (which: Side): boolean => !isNarrow || side === which;
  const panel = (which: Side) => (isNarrow ? ({ role: 'tabpanel', 'aria-labelledby': `tab-${which}` } as const) : {});
  return (
    <div class="demo">
      <DemoHeader isNarrow={isNarrow} />
      <main>
        {isNarrow && <Tabs side={side} news={news === side ? null : news} onChoose={show} />}
        <div class="demo-sides">
          <div id="side-customer" class="demo-side demo-customer" hidden={!isShown('customer')} {...panel('customer')}>
            <SideTitle icon="person">{texts.demo.customer}</SideTitle>
            <Chat agentId={agentId} isPage={false} isShown={isShown('customer')} onNews={fromCustomer} />
          </div>
          <div id="side-desk" class="demo-side demo-desk" hidden={!isShown('desk')} {...panel('desk')}>
            <SideTitle icon="talk">{texts.demo.desk}</SideTitle>
            <Desk
              {...{ isPage: false, isShown: isShown('desk'), onNews: fromDesk, letIn: letInByDemo }}
              emptyHint={emptyHint}
            />
          </div>
        </div>
      </main>
    </div>
  );
}

/** The demonstration lets its own machine in without a password; others are refused and sign in. */
async function letInByDemo(): Promise<boolean> {
  const answer = await call<{ token: string }>('POST', '/demo/link');
  if (answer.kind !== 'ok') return false;
  const { token } = answer.body;
  return (await call<PersonAnswer>('POST', '/sign-in/link', { token })).kind === 'ok';
}

function DemoHeader({ isNarrow }: { isNarrow: boolean }) {
  return (
    <header class="demo-header">
      <span class="brand-mark" />
      <h1>{texts.demo.name}</h1>
      <p>{isNarrow ? texts.demo.leadNarrow : texts.demo.lead}</p>
      <nav aria-label={texts.demo.pages}>
        <a href={`/chat/${agentId}`}>{isNarrow ? texts.demo.chat : texts.demo.chatPage}</a>
        <a href="/studio">{texts.demo.studio}</a>
        <a href="/desk">{isNarrow ? texts.demo.desk : texts.demo.deskPage}</a>
        <a href="/docs">{texts.demo.docs}</a>
      </nav>
      <SchemeToggle />
    </header>
  );
}

function SideTitle({ icon, children }: { icon: 'person' | 'talk'; children: string }) {
  return (
    <h2 class="demo-side-title">
      <Icon name={icon} size={16} />
      {children}
    </h2>
  );
}

type TabsProps = Readonly<{ side: Side; news: Side | null; onChoose: (side: Side) => void }>;

function Tabs({ side, news, onChoose }: TabsProps) {
  const pressed = ({ key }: KeyboardEvent): void => {
    if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
    onChoose(other[side]);
    document.getElementById(`tab-${other[side]}`)?.focus();
  };
  return (
    <div class="demo-tabs" role="tablist" tabIndex={-1} onKeyDown={pressed}>
      {(['customer', 'desk'] as const).map((which) => (
        <button
          key={which}
          id={`tab-${which}`}
          type="button"
          role="tab"
          aria-selected={which === side}
          aria-controls={`side-${which}`}
          tabIndex={which === side ? 0 : -1}
          onClick={() => onChoose(which)}
        >
          {texts.demo[which]}
          {news === which && <span class="unseen-dot" role="img" aria-label={texts.demo.somethingNew} />}
        </button>
      ))}
    </div>
  );
}

function useMatch(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const changed = (): void => setMatches(list.matches);
    list.addEventListener('change', changed);
    return () => list.removeEventListener('change', changed);
  }, [query]);
  return matches;
}
