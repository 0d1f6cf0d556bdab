import { readClientFrame, type ServerFrame } from '../contract/frames.ts';
import type { Grant } from '../platform/session-tokens.ts';
import { type IncomingParts, openFailed, takeFrame } from './incoming.ts';

/** Takes a frame of the end user. @returns what to answer it with, or null when the stream of events is the answer. */
export type TakeFrame = (text: string) => Promise<ServerFrame | null>;

/**
 * Takes the frames of a session that was handed out and may not be begun yet. The first message opens it, so that those
 * who only look leave nothing behind; frames that come before it meet no session, those after it wait until it is open.
 * @param connect tells the session that its socket is connected.
 */
export function openingOf(parts: IncomingParts, { sessionId, opens, until }: Grant, connect: () => void): TakeFrame {
  /** Resolves with an error frame when the session could not be opened. */
  let opening: Promise<ServerFrame | null> | null = null;
  const open = async (text: string): Promise<ServerFrame | null> => {
    try {
      const handedOut = { sessionId, expiresAt: until };
      const opened = await parts.engine.open({ virtualAgentId: opens ?? '', handedOut });
      if (typeof opened === 'object') {
        connect();
        return null;
      }
      opening = null;
      return openFailed(opened, text);
    } catch (error) {
      opening = null;
      parts.log.error({ session: sessionId, error: String(error) }, 'A session could not be opened.');
      return openFailed('unavailable', text);
    }
  };
  return async (text) => {
    if (opening === null && isMessage(text)) opening = open(text);
    const failed = await opening;
    return failed ?? takeFrame(parts, sessionId, text);
  };
}

function isMessage(text: string): boolean {
  try {
    const reading = readClientFrame(JSON.parse(text));
    return reading.ok && reading.value.type === 'message';
  } catch {
    return false; // Taking the frame says what is wrong with it.
  }
}
