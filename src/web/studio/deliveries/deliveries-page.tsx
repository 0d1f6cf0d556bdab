import { PageFrame } from '../parts/frame.tsx';

export function DeliveriesPage(_: { query: URLSearchParams }) {
  return <PageFrame title="DeliveriesPage">{null}</PageFrame>;
}
