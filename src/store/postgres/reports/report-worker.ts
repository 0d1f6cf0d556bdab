import { workerData } from 'node:worker_threads';
import { systemClock } from '../../../platform/clock.ts';
import { answerReports } from '../../reports/report-answers.ts';
import { openDatabase } from '../database.ts';
import { openDays } from '../days.ts';
import { reportQueries } from './report-queries.ts';
import type { ReportDatabase } from './reports.ts';

const longestReportMs = 120_000;

/** The thread of long reads: it has a connection of its own. */
const { url, prepare } = workerData as ReportDatabase;
const database = openDatabase(url, { clock: systemClock(), prepare, connections: 1, patienceMs: longestReportMs });
answerReports(reportQueries(database, openDays(database)));
