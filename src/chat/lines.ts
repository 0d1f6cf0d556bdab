/** What somebody typed. */
export type Line =
  | Readonly<{ kind: 'nothing' | 'leave' | 'parameters' | 'nodes' | 'quiet' | 'help' | 'quit' }>
  | Readonly<{ kind: 'say' | 'as-live-agent'; text: string }>
  | Readonly<{ kind: 'hand-back'; result: string | null }>
  | Readonly<{ kind: 'set'; name: string; value: string | readonly string[] }>
  /** `message` is a sentence that says what to type instead. */
  | Readonly<{ kind: 'wrong'; message: string }>;

export const commandsHelp = `What you type is said to the virtual agent, but for:
  /as-live-agent TEXT   answer as the live agent
  /hand-back [RESULT]   hand the conversation back to the virtual agent
  /set NAME=VALUE       set a parameter; a list is written ["a","b"]
  /leave                end the conversation as the end user
  /parameters           show the parameters
  /nodes, /quiet        show what the virtual agent does, or do not
  /help, /quit          this, and the way out; the conversation stays open
A text that begins with a slash is said with two: //help.`;

const bare = ['leave', 'parameters', 'nodes', 'quiet', 'help', 'quit'] as const;

/** Reads a line that somebody typed. */
export function readLine(typed: string): Line {
  const text = typed.trim();
  if (text === '') return { kind: 'nothing' };
  if (text.startsWith('//')) return { kind: 'say', text: text.slice(1) };
  if (!text.startsWith('/')) return { kind: 'say', text };
  const [, name = '', rest = ''] = /^\/(\S*)\s*(.*)$/s.exec(text) ?? [];
  switch (name) {
    case 'as-live-agent':
      return rest === ''
        ? wrong('What does the live agent say? Type /as-live-agent TEXT.')
        : { kind: 'as-live-agent', text: rest };
    case 'hand-back':
      return { kind: 'hand-back', result: rest === '' ? null : rest };
    case 'set':
      return readSetting(rest);
    default:
      return readBare(name, rest);
  }
}

const wrong = (message: string): Line => ({ kind: 'wrong', message });

function readBare(name: string, rest: string): Line {
  const kind = bare.find((known) => known === name);
  if (kind === undefined) {
    return wrong(`There is no command /${name}; /help lists them. To say it, begin with two slashes.`);
  }
  return rest === '' ? { kind } : wrong(`/${name} stands alone; leave out what follows it.`);
}

const setting = /^([A-Za-z_][A-Za-z0-9_]{0,63})\s*=\s*(.*)$/s;

function readSetting(text: string): Line {
  const [, name, value = ''] = setting.exec(text) ?? [];
  if (name === undefined) return wrong('Which parameter, and which value? Type /set NAME=VALUE.');
  return { kind: 'set', name, value: listIn(value) ?? value };
}

function listIn(value: string): readonly string[] | null {
  if (!value.startsWith('[')) return null;
  try {
    const list: unknown = JSON.parse(value);
    return Array.isArray(list) && list.every((one) => typeof one === 'string') ? list : null;
  } catch {
    return null; // A text that begins with a bracket is a text.
  }
}

/** A line of a script with its number, from 1 on. */
export type ScriptLine = Readonly<{ number: number; line: Line }>;

/** Whether a line of a script is a remark: `# ` and whatever follows it. */
const isRemark = (typed: string): boolean => /^\s*#(\s|$)/.test(typed);

/** Reads a line of a script; remarks and empty lines are nothing. */
export const readScriptLine = (typed: string, number: number): ScriptLine => ({
  number,
  line: isRemark(typed) ? { kind: 'nothing' } : readLine(typed),
});
