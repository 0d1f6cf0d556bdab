import { type Answer, type AnswerTo, ask } from '../../api/ask.ts';

/** What is made is a draft: nothing is published before somebody says so. */
export const makeDraft = (id: string, definition: object): Promise<Answer<AnswerTo<'saveDraft'>>> =>
  ask('saveDraft', { path: { agent_id: id }, body: { definition } });

/** A template's definition under another name. */
export async function makeFromTemplate(
  template: string,
  id: string,
  name: string,
): Promise<Answer<AnswerTo<'saveDraft'>>> {
  const answer = await ask('getTemplate', { path: { name: template } });
  return answer.kind === 'ok' ? makeDraft(id, { ...answer.body.definition, name }) : answer;
}

/** A copy of what is published, or of the draft, under another name. */
export async function makeCopy(
  from: Readonly<{ id: string; what: 'version' | 'draft' }>,
  id: string,
  name: string,
): Promise<Answer<AnswerTo<'saveDraft'>>> {
  const path = { agent_id: from.id };
  const answer = from.what === 'draft' ? await ask('getDraft', { path }) : await ask('getAgent', { path });
  return answer.kind === 'ok' ? makeDraft(id, { ...answer.body.definition, name }) : answer;
}

const known = ['application/zip', 'application/x-zip-compressed', 'application/json'];

/** A file as the draft of an id that has none. The server reads what it is; browsers know the type of some only. */
export const makeFromFile = (id: string, file: File): Promise<Answer<AnswerTo<'importAgent'>>> =>
  ask('importAgent', {
    path: { agent_id: id },
    file: new Blob([file], { type: known.includes(file.type) ? file.type : 'application/octet-stream' }),
  });

/** The name that a file suggests: that of the definition in it, or the file's own. */
export async function nameOfFile(file: File): Promise<string> {
  const own = file.name.replace(/\.(zip|json)$/i, '');
  if (!/json/i.test(`${file.type} ${file.name}`) || file.size > mostBytes) return own;
  try {
    const read = JSON.parse(await file.text()) as { name?: unknown; definition?: { name?: unknown } };
    const name = read.definition?.name ?? read.name;
    return typeof name === 'string' && name.trim() !== '' ? name : own;
  } catch {
    return own;
  }
}

/** What the server takes at most. */
export const mostBytes = 10_000_000;
