import { PageFrame } from '../parts/frame.tsx';

export function SessionPage(_: { sessionId: string }) {
  return <PageFrame title="SessionPage">{null}</PageFrame>;
}
