import { PageFrame } from '../parts/frame.tsx';

export function AccountPage() {
  return <PageFrame title="AccountPage">{null}</PageFrame>;
}
