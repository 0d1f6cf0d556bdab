// Measures the canvas: the time to open a flow, and the frames while a node is dragged and while all of it is moved.
// Usage: npm run bench:canvas [-- NODES]     300 nodes by default, beside a flow of 12
import { performance } from 'node:perf_hooks';
import type { Page } from 'playwright-core';
import type { Closing } from '../tests/web/kit/browser.ts';
import { openStudio } from '../tests/web/kit/studio.ts';
import { median } from './measure.ts';

const rounds = 5;
const large = Number(process.argv[2] ?? 300);

/** A flow as large ones are: questions, conditions and webhooks in branches that come together again. */
function flowOf(count: number): object {
  const nodes: Record<string, object> = {};
  const layout: Record<string, { x: number; y: number }> = {};
  const id = (index: number): string | null => (index < count - 1 ? `n${index}` : 'end');
  for (let index = 0; index < count - 1; index += 1) {
    const outputs = { default: id(index + 1) };
    layout[`n${index}`] = { x: Math.floor(index / 10) * 352, y: (index % 10) * 256 };
    nodes[`n${index}`] = [
      { type: 'send-message', text: `This is message ${index}, about as long as most are.`, outputs },
      {
        type: 'collect-input',
        parameter: 'A',
        prompt: 'And what is it?',
        outputs: { ...outputs, missed: id(index + 2) },
      },
      {
        type: 'conditions',
        conditions: [{ output: 'yes', when: { parameter: 'A', operator: 'equals', value: 'yes' } }],
        outputs: { ...outputs, yes: id(index + 3) },
      },
      { type: 'webhook', url: 'https://example.com/orders', outputs: { ...outputs, failed: id(index + 4) } },
    ][index % 4] as object;
  }
  nodes.end = { type: 'end-conversation' };
  layout.end = { x: Math.ceil(count / 10) * 352, y: 0 };
  return { name: `${count} nodes`, start: 'n0', nodes, layout, parameters: [{ name: 'A', kind: 'custom' }] };
}

type Frames = Readonly<{ perSecond: number; middleMs: number; late: number; longestMs: number }>;

/** Moves the mouse as fast as the page takes it, and counts the frames that are drawn meanwhile. */
async function framesWhile(page: Page, at: Readonly<{ x: number; y: number }>): Promise<Frames> {
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.evaluate(() => {
    const seen: number[] = [];
    let last = performance.now();
    const next = (): void => {
      const now = performance.now();
      seen.push(now - last);
      last = now;
      Object.assign(globalThis, { seen, frame: requestAnimationFrame(next) });
    };
    requestAnimationFrame(next);
  });
  for (let step = 1; step <= 120; step += 1) {
    await page.mouse.move(at.x + Math.sin(step / 8) * 120, at.y + Math.cos(step / 11) * 80);
  }
  await page.mouse.up();
  const frames = await page.evaluate(() => {
    const { seen, frame } = globalThis as unknown as { seen: number[]; frame: number };
    cancelAnimationFrame(frame);
    return seen.slice(1);
  });
  const total = frames.reduce((sum, ms) => sum + ms, 0);
  return {
    perSecond: (frames.length / total) * 1000,
    middleMs: median(frames),
    late: frames.filter((ms) => ms > 25).length / frames.length,
    longestMs: Math.max(...frames),
  };
}

type Round = Readonly<{ openMs: number; dragged: Frames; moved: Frames; all: number }>;

async function round(page: Page, url: string): Promise<Round> {
  await page.goto('about:blank');
  const begun = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('.react-flow__node[data-id="n0"] .node-card').waitFor();
  await page.locator('.react-flow__edge').first().waitFor({ state: 'attached' });
  const openMs = performance.now() - begun;
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.waitForFunction(() =>
    ['n0', 'n5', 'end'].every((id) => {
      const box = document.querySelector(`.react-flow__node[data-id="${id}"]`)?.getBoundingClientRect();
      return box !== undefined && box.right < innerWidth && box.bottom < innerHeight;
    }),
  );
  const all = await page.locator('.react-flow__node').count();
  // One in the middle: at the edge of the canvas all of it would move along.
  const middle = Math.floor(all / 2) + 5;
  const head = page.locator(`.react-flow__node[data-id="n${Math.min(middle, all - 2)}"] .node-head`);
  // It waits until the card stands still.
  await head.hover();
  const box = await head.boundingBox();
  if (box === null) throw new Error('The node is not on the canvas.');
  const dragged = await framesWhile(page, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  // The next round finds the flow as this one did.
  await page.getByRole('button', { name: 'Undo' }).click();
  const canvas = await page.locator('.react-flow').boundingBox();
  if (canvas === null) throw new Error('There is no canvas.');
  const moved = await framesWhile(page, { x: canvas.x + canvas.width / 2, y: canvas.y + 12 });
  await page.getByText('Draft · Saved').waitFor();
  return { openMs, dragged, moved, all };
}

const closings: (() => Promise<void>)[] = [];
const closing: Closing = { after: (close) => closings.unshift(close) };
try {
  const { page, program, call } = await openStudio(closing);
  const sizes = [12, large];
  for (const size of sizes) await call('PUT', `/agents/flow-${size}/draft`, { definition: flowOf(size) });
  const rows = new Map<number, Round[]>(sizes.map((size) => [size, []]));
  for (let number = 0; number <= rounds; number += 1) {
    for (const size of sizes) {
      const found = await round(page, `${program.url}/studio/agents/flow-${size}`);
      // The first one warms the server and the browser's store.
      if (number > 0) rows.get(size)?.push(found);
    }
  }
  console.log(
    '| nodes | on the screen | open | dragging a node: frames/s | late | longest | moving all: frames/s | late | longest |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const [size, found] of rows) {
    const of = (read: (one: Round) => number): number => median(found.map(read));
    const frames = (which: 'dragged' | 'moved'): string =>
      `${of((one) => one[which].perSecond).toFixed(1)} | ${(100 * of((one) => one[which].late)).toFixed(1)} % | ${of((one) => one[which].longestMs).toFixed(0)} ms`;
    console.log(
      `| ${size} | ${of(({ all }) => all)} | ${of(({ openMs }) => openMs).toFixed(0)} ms | ${frames('dragged')} | ${frames('moved')} |`,
    );
  }
} finally {
  for (const close of closings) await close();
}
