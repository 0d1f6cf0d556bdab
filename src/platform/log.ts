import { pino } from 'pino';

/** Structured log. Fields name things; they never hold message text, keys or tokens. */
export type Log = Readonly<{
  info: (fields: object, message: string) => void;
  warn: (fields: object, message: string) => void;
  error: (fields: object, message: string) => void;
  debug: (fields: object, message: string) => void;
}>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** JSON lines on standard error; standard output belongs to what a person asked for. */
export function openLog(level: LogLevel): Log {
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, pino.destination(2));
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
