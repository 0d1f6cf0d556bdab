#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { startApp, version } from './app.ts';
import { readConfig } from './config.ts';

const app = await startApp(readConfig());
console.log(app.url, app.newKey, version, parseArgs.name);
process.on('SIGTERM', () => void app.stop());
