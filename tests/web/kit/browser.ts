import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const unpacked = fileURLToPath(new URL('../../../node_modules/.cache/test-browser/', import.meta.url));

/** Where a Chromium may be on platforms for which no package carries one. */
const installed = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

type Program = Readonly<{ executablePath: string; env: Record<string, string> }>;

function findBrowser(): Program | null {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
  const named = process.env.TEST_BROWSER;
  if (named !== undefined) return { executablePath: named, env };
  const executablePath = join(unpacked, 'chromium');
  if (existsSync(executablePath)) {
    const libraries = [env.LD_LIBRARY_PATH, join(unpacked, 'al2023', 'lib')].filter(Boolean).join(':');
    const fonts = existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(unpacked, 'fonts') };
    return { executablePath, env: { ...env, ...fonts, LD_LIBRARY_PATH: libraries } };
  }
  const found = installed.find((path) => existsSync(path));
  return found === undefined ? null : { executablePath: found, env };
}

const program = findBrowser();

/** Options for tests that want a browser: where there is none they are skipped, and say why. */
export const needsBrowser = {
  skip: program === null ? 'no Chromium for this platform was found; name one in TEST_BROWSER' : false,
};

/** Takes what is to be done when a test, or a script, is over. */
export type Closing = Readonly<{ after: (close: () => Promise<void>) => void }>;

/** A real Chromium that stays on this machine; closed when the test ends. */
export async function openBrowser(t: Closing): Promise<Browser> {
  if (program === null) throw new Error('There is no Chromium here.');
  const browser = await chromium.launch({
    ...program,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
  t.after(() => browser.close());
  return browser;
}

/** A page of its own visitor. What goes wrong in it and in its network is kept. */
export async function openPage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; faults: readonly string[] }> {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // A server that is down is what some tests are about; the browser tells of it by itself.
    if (message.type() === 'error' && !/net::ERR_|Failed to load resource|WebSocket connection/.test(message.text())) {
      faults.push(message.text());
    }
  });
  return { page, faults };
}
