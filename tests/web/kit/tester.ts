import type { Locator, Page } from 'playwright-core';
import type { StudioKit } from './studio.ts';

/** Asks for the issue, hands over with it, and asks once more afterwards. */
export const support = (url: string) => ({
  name: 'Support',
  parameters: [
    { name: 'ISSUE', kind: 'custom' },
    { name: 'tier', kind: 'user' },
    { name: 'ITEMS', kind: 'custom', multi: true },
  ],
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi $tier, how can I help?', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'ISSUE', outputs: { default: 'tell' } },
    tell: { type: 'send-message', text: 'One moment, a colleague takes over.', outputs: { default: 'human' } },
    human: {
      type: 'live-agent-routing',
      startConnectionUrl: `${url}/desk/hooks/start`,
      inboundTransferUrl: `${url}/desk/hooks/inbound`,
      transferParameters: ['ISSUE', 'tier'],
      outputs: { default: 'sure', failed: 'bye' },
    },
    sure: {
      type: 'collect-input',
      parameter: 'SURE',
      entity: '@sys.confirmation',
      prompt: 'Is all well now?',
      retryPrompt: 'Please say yes or no.',
      outputs: { default: 'bye', missed: 'bye' },
    },
    bye: { type: 'send-message', text: 'Goodbye.', outputs: {} },
  },
});

/** What is done and seen in the tester. */
export class TesterSide {
  readonly root: Locator;

  constructor(page: Page) {
    this.root = page.getByRole('region', { name: 'Try the draft' });
  }

  button = (name: string | RegExp): Locator => this.root.getByRole('button', { name });
  tab = (name: RegExp): Locator => this.root.getByRole('tab', { name });
  field = (name: string): Locator => this.root.getByRole('textbox', { name });

  async start(): Promise<void> {
    await this.button('Start').click();
    await this.field('As the end user').waitFor();
  }

  async say(text: string, as = 'As the end user'): Promise<void> {
    await this.field(as).fill(text);
    await this.field(as).press('Enter');
  }

  async sees(text: string | RegExp): Promise<void> {
    await this.root.getByRole('log').getByText(text).first().waitFor();
  }
}

/** A draft, and the tester beside its canvas. */
export async function openTester(kit: StudioKit, definition: object): Promise<TesterSide> {
  await kit.call('PUT', '/agents/support/draft', { definition });
  await kit.page.goto(`${kit.program.url}/studio/agents/support`);
  await kit.page.getByRole('button', { name: 'Try it' }).click();
  return new TesterSide(kit.page);
}

/** What the keyboard is in. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: here } = document;
    return here?.getAttribute('aria-label') ?? here?.textContent ?? '';
  });
