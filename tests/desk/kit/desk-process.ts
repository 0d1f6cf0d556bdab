// The desk in a process of its own, for tests that kill it. It tells its parent where it is reached.
import { startDeskServer } from '../../../src/desk/desk-server.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { silentLog } from '../../../src/platform/log.ts';
import { openPageFiles } from '../../../src/platform/page-files.ts';
import { systemRandom } from '../../../src/platform/random.ts';

const [, , dataFolder = '', routerUrl = '', key = '', port = '0'] = process.argv;

const { url } = await startDeskServer({
  ...{ host: '127.0.0.1', port: Number(port), url: null, trustProxy: null, dataFolder },
  ...{ routerUrl: () => routerUrl, key, pages: openPageFiles('nowhere') },
  ...{ clock: systemClock(), random: systemRandom(), log: silentLog },
});
process.send?.(url);
