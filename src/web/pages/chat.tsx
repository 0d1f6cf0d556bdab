import { Chat } from '../chat/chat.tsx';
import { showPage } from './show-page.tsx';

/** The address is /chat/{agent_id}. */
const [, agentId = ''] = /^\/chat\/([^/]+)/.exec(location.pathname) ?? [];

showPage(
  <main class="page">
    <Chat agentId={readable(agentId)} />
  </main>,
);

function readable(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
