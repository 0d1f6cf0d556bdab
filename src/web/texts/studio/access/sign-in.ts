import type { SignInError } from '../../../../contract/people/sign-in-page.ts';

const minutes = (seconds: number): string => {
  const whole = Math.ceil(seconds / 60);
  return whole === 1 ? '1 minute' : `${whole} minutes`;
};

/** Why a provider's sign-in came to nothing. */
const errors: Readonly<Record<SignInError, string>> = {
  'not-invited': 'Nobody has invited this account. Ask an owner for an invitation.',
  'email-unverified': 'Your provider does not say that this e-mail address is yours. Verify it there, then try again.',
  'provider-refused': 'Your provider did not let you in. Try again, or sign in with your password.',
  'provider-down': 'Your provider does not answer. Try again in a moment, or sign in with your password.',
  'sign-in-stale': 'This sign-in was begun too long ago, in another window, or was used already. Begin again.',
  'rate-limited': 'Too many attempts. Wait a few minutes and try again.',
};

/** Sentences of the way into the studio, in English. What the desk's sign-in says too stands in `texts.signIn`. */
export const signInTexts = {
  title: 'Sign in',
  withProvider: (name: string) => `Sign in with ${name}`,
  or: 'or',
  errors: errors as Readonly<Record<string, string>>,
  error: 'This sign-in came to nothing. Try again.',
  slowDown: (seconds: number | null) => {
    if (seconds === null) return 'Too many attempts. Wait a moment and try again.';
    const wait = seconds < 60 ? `${seconds} seconds` : minutes(seconds);
    return `Too many attempts. Try again in ${wait}.`;
  },
  refused: 'The server did not take this. Check what you wrote and try again.',

  needsOwnerTitle: 'Not set up yet',
  needsOwnerText:
    'Open its set-up link to make the owner’s account. The server prints the link each time it starts. If that is gone, ' +
    'this command makes another one, where the server runs:',
  needsOwnerCommand: 'baton people add YOUR-EMAIL --role owner',
  haveAccount: 'I have an account',
  lookAgain: 'Look again',

  ownerTitle: 'Welcome to Baton',
  ownerText: 'Make the owner’s account. You can then build virtual agents and invite others.',
  ownerSubmit: 'Make the account',

  invitationTitle: 'You are invited',
  invitationText: 'Choose how you are called here, and a password. If you had a password before, this is your new one.',
  invitationSubmit: 'Go on',

  overTitle: 'Sign in again to go on',
  overText: (name: string) =>
    `Your sign-in is over, ${name}. Nothing is lost: sign in again, and this page goes on where it was.`,
  overProvider: 'This opens in another tab. Come back here afterwards.',
  overStranger: 'Whoever else signs in here begins anew; what was not saved on this page is lost.',
  otherTitle: 'Somebody else signed in',
  otherText: (other: string, me: string) =>
    `In another tab ${other} signed in. Sign in as ${me} to go on with this page, or leave it.`,
  goOnAs: (name: string) => `Go on as ${name}`,
};
