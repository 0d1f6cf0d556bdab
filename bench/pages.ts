// Measures what a first visit costs: bytes over the wire and the time until one can write. README.md says what for.
import { performance } from 'node:perf_hooks';
import { type Closing, openBrowser, openPage } from '../tests/web/kit/browser.ts';
import { startDemo } from '../tests/web/kit/program.ts';
import { signInByLink } from '../tests/web/kit/sign-in.ts';
import { median } from './measure.ts';

const visits = 7;

const closings: (() => Promise<void>)[] = [];
const closing: Closing = { after: (close) => closings.unshift(close) };
try {
  const program = await startDemo(closing);
  const browser = await openBrowser(closing);
  const pages = [
    { name: 'chat', url: `${program.url}/chat/support`, ready: 'Your message', isIn: false },
    { name: 'demo, both sides', url: program.url, ready: 'Your message', isIn: false },
    { name: 'desk', url: `${program.url}/desk`, ready: 'All quiet', isIn: true },
    { name: 'studio, sign-in', url: `${program.url}/studio`, ready: 'Not set up yet', isIn: false },
    { name: 'studio, virtual agents', url: `${program.url}/studio`, ready: 'New virtual agent', isIn: true },
    {
      name: 'studio, canvas',
      url: `${program.url}/studio/agents/support`,
      ready: 'I am the virtual agent',
      isIn: true,
    },
  ];
  const first = await openPage(browser);
  // A link is good once; who signed in by it stays signed in.
  await signInByLink(first.page, program);
  const storageState = await first.page.context().storageState();
  console.log('| page | files | compressed | first paint | one can write |\n| --- | ---: | ---: | ---: | ---: |');
  for (const { name, url, ready, isIn } of pages) {
    const seen: { bytes: number; files: number; paintMs: number; readyMs: number }[] = [];
    for (let visit = 0; visit < visits; visit += 1) {
      const { page } = await openPage(browser, isIn ? { storageState } : {});
      const begun = performance.now();
      await page.goto(url, { waitUntil: 'commit' });
      await page.getByLabel(ready, { exact: true }).or(page.getByText(ready)).first().waitFor();
      const readyMs = performance.now() - begun;
      const measured = await page.evaluate(() => {
        const entries = performance.getEntries() as PerformanceResourceTiming[];
        const loaded = entries.filter(({ entryType, name: of }) => {
          return entryType === 'navigation' || (entryType === 'resource' && of.includes('/assets/'));
        });
        const bytes = loaded.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
        return new Promise<{ bytes: number; files: number; paintMs: number }>((resolve) => {
          const observer = new PerformanceObserver((list) => {
            const [paint] = list.getEntriesByName('first-contentful-paint');
            if (paint !== undefined) resolve({ bytes, files: loaded.length, paintMs: paint.startTime });
          });
          observer.observe({ type: 'paint', buffered: true });
        });
      });
      seen.push({ ...measured, readyMs });
      await page.context().close();
    }
    const of = (key: 'bytes' | 'files' | 'paintMs' | 'readyMs'): number => median(seen.map((one) => one[key]));
    console.log(
      `| ${name} | ${of('files')} | ${(of('bytes') / 1000).toFixed(1)} kB | ${of('paintMs').toFixed(0)} ms | ${of('readyMs').toFixed(0)} ms |`,
    );
  }
} finally {
  for (const close of closings) await close();
}
