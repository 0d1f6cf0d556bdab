import { PageFrame } from '../parts/frame.tsx';

export function KeysPage() {
  return <PageFrame title="KeysPage">{null}</PageFrame>;
}
