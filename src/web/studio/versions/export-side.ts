import { ask } from '../api/ask.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { download, readableJson } from '../parts/download.ts';
import { sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import type { Side } from './sides.ts';

/** A definition as a file, just as the server has it. */
export async function exportSide(agentId: string, side: Side, draft: OpenDraft | null): Promise<void> {
  if (side === 'draft') return download(`${agentId}-draft.json`, readableJson(draft?.editor.definition ?? {}));
  const answer = await ask('getVersion', { path: { agent_id: agentId, version: side } });
  if (answer.kind === 'ok') download(`${agentId}-${side}.json`, readableJson(answer.body.definition));
  else tell(sentenceOf(answer), 'bad');
}
