import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import { chooseScheme, currentScheme } from '../theme/color-scheme.ts';
import { IconButton } from './buttons.tsx';

export function SchemeToggle() {
  const [scheme, setScheme] = useState(currentScheme);
  useEffect(() => {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setScheme(currentScheme());
    system.addEventListener('change', changed);
    return () => system.removeEventListener('change', changed);
  }, []);
  const other = scheme === 'dark' ? 'light' : 'dark';
  const label = other === 'dark' ? texts.scheme.toDark : texts.scheme.toLight;
  const toggle = (): void => {
    chooseScheme(other);
    setScheme(other);
  };
  return <IconButton icon={other === 'dark' ? 'moon' : 'sun'} label={label} onClick={toggle} />;
}
