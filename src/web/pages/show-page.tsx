import { type ComponentChild, render } from 'preact';
import { setLanguage } from '../texts/texts.ts';
import { restoreScheme } from '../theme/color-scheme.ts';
import '../theme/tokens.css';
import '../theme/base.css';
import '../parts/parts.css';

export function showPage(page: ComponentChild): void {
  restoreScheme();
  setLanguage();
  const root = document.getElementById('root');
  if (root) render(page, root);
}
