import type { ClientFrame, ServerFrame } from '../contract/frames.ts';
import type { NotOpened } from '../engine/engine.ts';
import type { Grant } from '../platform/session-tokens.ts';
import { type IncomingParts, openFailed, takeFrame } from './incoming.ts';
import type { Stream } from './stream.ts';

/** Takes a frame of the end user. @returns what to answer it with, or null when the stream of events is the answer. */
export type TakeFrame = (frame: ClientFrame) => Promise<ServerFrame | null>;

const nothingYet: ServerFrame = {
  type: 'error',
  code: 'session-not-found',
  message: 'Nothing was said yet; the first message begins the session.',
};

/**
 * Takes the frames of a session that was handed out and may not be begun yet. The first message opens it, so that those
 * who only look leave nothing behind; frames that come before it meet no session, those after it wait until it is open.
 * @param stream knows when another socket has begun the session. @param connect tells that a socket is connected.
 */
export function openingOf(parts: IncomingParts, grant: Grant, stream: Stream, connect: () => void): TakeFrame {
  const { sessionId, opens, until } = grant;
  /** Resolves with why the session could not be opened, or null. */
  let opening: Promise<NotOpened | null> | null = null;
  const open = async (): Promise<NotOpened | null> => {
    try {
      const handedOut = { sessionId, expiresAt: until };
      const opened = await parts.engine.open({ virtualAgentId: opens?.virtualAgentId ?? '', handedOut });
      if (typeof opened === 'object') {
        connect();
        return null;
      }
      opening = null;
      return opened;
    } catch (error) {
      opening = null;
      parts.log.error({ session: sessionId, error: String(error) }, 'A session could not be opened.');
      return 'unavailable';
    }
  };
  return async (frame) => {
    if (opening === null && frame.type === 'message') opening = open();
    // Frames about nothing are no business of the engine.
    if (opening === null && !stream.hasBegun) return frame.type === 'typing' ? null : nothingYet;
    const failure = await opening;
    if (failure === null) return takeFrame(parts, sessionId, frame);
    return frame.type === 'message' ? openFailed(failure, frame.id) : null;
  };
}
