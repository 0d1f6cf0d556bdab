import { PageFrame } from '../parts/frame.tsx';

export function PeoplePage() {
  return <PageFrame title="PeoplePage">{null}</PageFrame>;
}
