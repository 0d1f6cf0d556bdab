import { parentPort, workerData } from 'node:worker_threads';
import { readImport } from './import-file.ts';
import type { ImportTask } from './import-thread.ts';

/** The thread of one import: it reads one file, answers once, and ends. */
const { file, saidToBeJson } = workerData as ImportTask;
parentPort?.postMessage(readImport(file, saidToBeJson));
