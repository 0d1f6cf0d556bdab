import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export type LogPlace = Readonly<{
  sessionId: string;
  /** The address that opens a delivery beside the log. */
  queryOf: (deliveryId: string) => string;
  /** The seq of the item that a link has led to. */
  marked: number | null;
}>;

export const LogContext = createContext<LogPlace>({ sessionId: '', queryOf: () => '', marked: null });

export const useLogPlace = (): LogPlace => useContext(LogContext);
