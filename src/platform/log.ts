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

/**
 * Where an error arose, for the log: its kind and the lines of its stack, without its message, which may quote what was
 * said (that of a parser does).
 */
export function whereItArose(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, stack = '' } = error;
  const frames = stack
    .replace(message, '')
    .split('\n')
    .filter((line) => line.startsWith('    at '));
  return [name, ...frames].join('\n');
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
