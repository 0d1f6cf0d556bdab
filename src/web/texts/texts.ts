import { en, type Texts } from './en.ts';

/** The texts of the language that the page is shown in. */
export const texts: Texts = en;

/** Tells the browser, and whoever reads aloud, what language that is. */
export function setLanguage(): void {
  document.documentElement.lang = texts.lang;
}
