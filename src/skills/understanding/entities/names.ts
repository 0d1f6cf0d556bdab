const introductions = [
  "my (?:full )?name is|my (?:full )?name[' ]?s|the name is|the name's|name is|name's|names?:|i am|i'm|im|this is|it is|it's(?: me)?|(?:you can |just |please )?call me|they call me",
  'mein name ist|mein name lautet|ich bin(?: (?:der|die))?|ich heiße|ich heisse|man nennt mich|hier ist|hier spricht|es ist|das ist|name ist',
  "je m'appelle|mon nom est|mon nom c'est|je suis|moi c'est|moi,? c'est|c'est|appelez-moi|ici",
  'me llamo|mi nombre es|soy|yo soy|yo me llamo|ll[aá]mame|es',
  'mi chiamo|il mio nome (?:è|e)|sono|io sono',
  'o? ?meu nome (?:é|e)|(?:eu )?me chamo|chamo-me|(?:eu )?sou(?: [oa])?',
  'mijn naam is|ik ben|ik heet|noem me',
].join('|');

const greeting =
  /^(?:hi|hello|hey|hallo|guten tag|moin|bonjour|salut|hola|buenos d[ií]as|ciao|buongiorno|ol[áa]|bom dia|goedendag)(?: there)?[\s,.!]+(?=\S)/iu;
const introduction = new RegExp(`^(?:${introductions})(?:[\\s,:]+)(?=\\S)`, 'iu');
const form = /^\p{L}[\p{L}\p{M}'’.·-]*(?: \p{L}[\p{L}\p{M}'’.·-]*){0,4}$/u;
const longestName = 100;

/** What is said before a name, with no name after it. */
const nobody =
  /^(?:hi|hello|hey|hallo|guten tag|moin|bonjour|salut|hola|buenos d[ií]as|ciao|buongiorno|ol[áa]|bom dia|goedendag|i am|i'm|my name is|ich bin|ich heiße|je suis|soy|sono|sou|ik ben)$/iu;

/** A dot stays after an initial and after what is shortened. */
const abbreviated = /(?:^|[ .])(?:\p{L}|jr|sr|st|dr|prof)\.$/iu;

/**
 * The name that somebody gave, without the *my name is* of seven languages: one to five words of letters, with
 * apostrophes, hyphens and dots. A name that is all in lower case gets capitals; null for everything else.
 */
export function nameIn(text: string): string | null {
  // Longer than every introduction and name; the patterns below see no more.
  const said = text.slice(0, 400).normalize('NFC').replace(/\s+/gu, ' ').replaceAll('’', "'").trim();
  if (said.length > 2 * longestName) return null;
  const bare = said.replace(greeting, '').replace(introduction, '');
  const name = withoutEnding(bare.replace(/^["„“«'([]+/, ''));
  if (name.length > longestName || !form.test(name) || nobody.test(name)) return null;
  return name === name.toLowerCase() && name !== name.toUpperCase() ? capitalised(name) : name;
}

function withoutEnding(name: string): string {
  const bare = name.replace(/[\s!?,;:"“”»')\]]+$/u, '');
  return abbreviated.test(bare) ? bare : bare.replace(/[.\s!?]+$/u, '');
}

function capitalised(name: string): string {
  return name.replace(/(^|[ '.-])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}
