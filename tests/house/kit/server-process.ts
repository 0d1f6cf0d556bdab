// The program in a process of its own, for tests that kill it. It tells its parent where it is reached.
import { startApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';

const app = await startApp(readConfig());
process.send?.(app.url);
