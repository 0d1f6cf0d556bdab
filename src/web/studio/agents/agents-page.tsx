import { PageFrame } from '../parts/frame.tsx';

export function AgentsPage(_: { query: URLSearchParams }) {
  return <PageFrame title="AgentsPage">{null}</PageFrame>;
}
