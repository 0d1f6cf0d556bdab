import Type, { type Static } from 'typebox';
import { AgentId } from './conversation.ts';

/*
 * What the chat page asks before it speaks on the socket (contract 2.3). A browser holds no key: a virtual agent that
 * allows it (`webChat`) hands out sessions to anybody, within limits for each address.
 */

/** What a visitor may know of a virtual agent. */
export const ChatProfile = Type.Object({ agent_id: AgentId, name: Type.String() });
export type ChatProfile = Static<typeof ChatProfile>;
