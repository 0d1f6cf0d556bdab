const draftKey = (agentId: string): string => `baton.chat.${agentId}.draft`;

/** A line that was begun, for as long as the tab lives. */
export function keptDraft(agentId: string): string {
  try {
    return sessionStorage.getItem(draftKey(agentId)) ?? '';
  } catch {
    return '';
  }
}

export function keepDraft(agentId: string, draft: string): void {
  try {
    if (draft === '') sessionStorage.removeItem(draftKey(agentId));
    else sessionStorage.setItem(draftKey(agentId), draft);
  } catch {
    // It then lives as long as the page.
  }
}
