import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import { chooseScheme, currentScheme, onScheme } from '../theme/color-scheme.ts';
import { IconButton } from './buttons.tsx';

export function SchemeToggle() {
  const [scheme, setScheme] = useState(currentScheme);
  useEffect(() => onScheme(() => setScheme(currentScheme())), []);
  const other = scheme === 'dark' ? 'light' : 'dark';
  const label = other === 'dark' ? texts.scheme.toDark : texts.scheme.toLight;
  return <IconButton icon={other === 'dark' ? 'moon' : 'sun'} label={label} onClick={() => chooseScheme(other)} />;
}
