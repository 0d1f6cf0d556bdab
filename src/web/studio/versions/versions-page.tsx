import { PageFrame } from '../parts/frame.tsx';

export function VersionsPage(_: { agentId: string }) {
  return <PageFrame title="VersionsPage">{null}</PageFrame>;
}
