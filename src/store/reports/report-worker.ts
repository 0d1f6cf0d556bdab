import { workerData } from 'node:worker_threads';
import { openSqlite } from '../../platform/sqlite.ts';
import { answerReports } from './report-answers.ts';
import { reportQueries } from './report-queries.ts';

/** The thread of long reads: it has a connection of its own and answers one question after the other. */
answerReports(reportQueries(openSqlite(String(workerData), true)));
