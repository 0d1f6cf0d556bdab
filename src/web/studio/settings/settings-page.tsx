import { PageFrame } from '../parts/frame.tsx';

export function SettingsPage(_: { agentId: string }) {
  return <PageFrame title="SettingsPage">{null}</PageFrame>;
}
