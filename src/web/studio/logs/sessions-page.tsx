import { PageFrame } from '../parts/frame.tsx';

export function SessionsPage(_: { query: URLSearchParams }) {
  return <PageFrame title="SessionsPage">{null}</PageFrame>;
}
