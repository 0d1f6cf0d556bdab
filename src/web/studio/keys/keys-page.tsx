import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { keyTexts as words } from '../../texts/studio/access/keys.ts';
import { PageFrame } from '../parts/frame.tsx';
import { Link, usePlace } from '../shell/navigation.tsx';
import { KeyList } from './key-list.tsx';
import './keys.css';
import { Record } from './record.tsx';

const sections = ['keys', 'record'] as const;
type Section = (typeof sections)[number];

const queryOf = (section: Section): string => (section === 'keys' ? '' : `?show=${section}`);

/** Keys of programs, for owners; and the record of who managed what. */
export function KeysPage() {
  const { query } = usePlace();
  const [isMaking, setMaking] = useState(false);
  const shown: Section = query.get('show') === 'record' ? 'record' : 'keys';
  const make = (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Icon name="plus" />
      {words.make}
    </Button>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={shown === 'keys' && make}>
      <nav class="sections" aria-label={words.title}>
        {sections.map((section) => (
          <Link
            key={section}
            to={{ kind: 'keys' }}
            query={queryOf(section)}
            class="section"
            aria-current={section === shown ? 'page' : undefined}
          >
            {words.sections[section]}
          </Link>
        ))}
      </nav>
      {shown === 'keys' ? <KeyList isMaking={isMaking} onMade={() => setMaking(false)} /> : <Record />}
    </PageFrame>
  );
}
