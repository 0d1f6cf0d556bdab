import { type ReportThread, reportThread } from '../../reports/report-thread.ts';

export type ReportDatabase = Readonly<{ url: string; prepare: boolean }>;

export const postgresReports = (database: ReportDatabase): ReportThread =>
  reportThread(new URL('./report-worker.ts', import.meta.url), database);
