/** Sentences about a draft and how it is kept, in English. */
export const draftTexts = {
  saved: 'Saved',
  saving: 'Saving…',
  unsaved: 'Not saved yet',
  notSaved: 'Not saved; trying again…',
  refused: (why: string) => `Not saved: ${why}`,
  published: (version: number) => `Version ${version} is published`,
  publishedUnchanged: (version: number) => `As published in version ${version}`,
  neverPublished: 'Never published',
  draft: 'Draft',
  overtakenTitle: 'Somebody else changed this draft',
  overtakenText:
    'Their work and yours began from the same draft. Nothing is lost: take theirs (yours is one step back, with Undo), or save yours over theirs.',
  takeTheirs: 'Take theirs',
  keepMine: 'Save mine',
  restored: 'Your unsaved work was brought back.',
  leave: 'Your last changes are not saved yet. Leave all the same?',
  noneTitle: 'There is no such virtual agent',
  noneText: 'It may have been taken away, or the address is mistyped.',
};
