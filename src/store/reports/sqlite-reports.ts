import { type ReportThread, reportThread } from './report-thread.ts';

export const sqliteReports = (file: string): ReportThread =>
  reportThread(new URL('./report-worker.ts', import.meta.url), file);
