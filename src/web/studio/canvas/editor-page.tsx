import { PageFrame } from '../parts/frame.tsx';

export function EditorPage(_: { agentId: string }) {
  return <PageFrame title="EditorPage">{null}</PageFrame>;
}
