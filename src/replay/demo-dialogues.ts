import type { Dialogue } from './dialogues.ts';

/** As long as a text may be: 4096 Unicode code points, some of them two UTF-16 units. */
const longest = [...`The modem says: ${'[link up] 📶 '.repeat(400)}`].slice(0, 4096).join('');

type Lines = readonly (readonly ['user' | 'live_agent', string])[];

const dialogue = (id: string, lines: Lines): Dialogue => ({
  id,
  turns: lines.map(([from, text]) => ({ from, text })),
});

/** A handful of conversations that show what has to come through unharmed. */
export const demoDialogues: readonly Dialogue[] = [
  dialogue('wifi', [
    ['user', 'Hi, my wifi is down since this morning.'],
    ['live_agent', 'I am sorry to hear that. Which colour does the lamp of the modem have?'],
    ['user', 'It blinks orange.'],
    ['user', 'Every two seconds or so.'],
    ['live_agent', 'Thank you. I start it anew from here; please wait a minute.'],
    ['live_agent', 'It is back. Does it work on your side?'],
    ['user', 'Yes, thank you!'],
  ]),
  dialogue('refund', [
    ['live_agent', 'Good morning, this is Lea of the billing team. What can I do for you?'],
    ['user', 'You charged me twice in March: 2 × 39,90 €.'],
    ['live_agent', 'You are right. I send 39,90 € back; it takes three to five days.'],
    ['user', '👍🏽 great, thanks 👩‍👩‍👧‍👦'],
  ]),
  dialogue('right-to-left', [
    ['user', 'שלום, ההזמנה שלי לא הגיעה.'],
    ['live_agent', 'שלום! מה מספר ההזמנה? (לדוגמה: AB-1234)'],
    ['user', 'AB-9911'],
    ['live_agent', 'مرحبًا، وصلت الشحنة إلى المستودع ٣ وستصل غدًا.'],
    ['user', 'תודה רבה 🙏'],
  ]),
  dialogue('log-file', [
    ['user', 'May I send you what the modem says? It is long.'],
    ['live_agent', 'Please do.'],
    ['user', longest],
    ['live_agent', 'Thank you, line 217 tells it: the cable is loose.\nPlease push it in until it clicks.'],
    ['user', 'It clicked.'],
  ]),
  dialogue('odd-characters', [
    ['user', 'My name is "Zoë\\Ångström" <zoe@example.org> & I cannot log in.'],
    ['live_agent', 'Is that an e\u0301 or an é in your password? {"both": "are fine"}'],
    ['user', '  two spaces before, a tab\there, $NAME, null, 𝒳, ok?  '],
    ['live_agent', '✅'],
    ['user', '.'],
    ['live_agent', 'Done — you can log in again.'],
  ]),
];
