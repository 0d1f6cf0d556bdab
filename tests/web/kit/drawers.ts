import type { Locator } from 'playwright-core';
import { until } from '../../house/kit/until.ts';
import type { StudioKit } from './studio.ts';

// biome-ignore lint/suspicious/noExplicitAny: a draft holds whatever its author wrote.
export type Draft = Readonly<Record<string, any>>;

/** A flow with a node of every kind; some hold what is wrong, or should be looked at. */
export const everyKind: Draft = {
  name: 'Shop',
  parameters: [
    { name: 'ISSUE', kind: 'custom' },
    { name: 'LANG', kind: 'custom', value: 'en' },
    { name: 'tier', kind: 'user' },
    { name: 'ITEMS', kind: 'custom', multi: true },
  ],
  intents: [{ name: 'refund', examples: ['I want my money back'] }],
  entities: [{ name: 'plan', values: [{ value: 'gold' }] }],
  start: 'greet',
  nodes: {
    greet: { type: 'send-message', text: 'Hi $tier, welcome to $SHOP!', outputs: { default: 'ask' } },
    ask: {
      ...{ type: 'collect-input', parameter: 'ISSUE', prompt: 'What is it about?', entity: 'plan' },
      ...{ retryPrompt: ['Sorry?', 'Please say it in other words.'], outputs: { default: 'wish' } },
    },
    wish: { type: 'classification', intents: ['refund', '@sys.human', 'lost-card'], outputs: { refund: 'check' } },
    switch: { type: 'context-switch', intents: ['@sys.human'], outputs: { default: 'human' } },
    check: {
      type: 'conditions',
      conditions: [
        {
          output: 'gold',
          when: {
            all: [
              { parameter: 'tier', operator: 'equals', value: 'gold', ignoreCase: true },
              {
                any: [
                  { parameter: 'ISSUE', operator: 'contains' },
                  { parameter: 'LANG', operator: 'is-empty' },
                ],
              },
            ],
          },
        },
        { output: 'other', when: { parameter: 'ISSUE', operator: 'in', value: ['a', 'b'] } },
      ],
      outputs: { gold: 'human', default: 'hook', stale: 'nowhere' },
    },
    set: { type: 'set-parameter', parameter: 'ITEMS', operation: 'append', value: ['$ISSUE'], outputs: {} },
    count: { type: 'counter', parameter: 'TRIES', limit: 3, outputs: { reached: 'human' } },
    reset: { type: 'reset-counter', parameter: 'TRIES', outputs: {} },
    sub: { type: 'sub-flow', start: 'set', outputs: { default: 'bye' } },
    hook: {
      ...{ type: 'webhook', url: 'https://api.example.com/$ISSUE', headers: { Accept: 'application/json' } },
      ...{ body: { kind: 'json', value: { issue: '$ISSUE' } }, credential: 'ORDERS' },
      ...{ response: [{ path: 'a..b', parameter: 'STATE' }], outputs: { default: 'code' } },
    },
    code: { type: 'custom-code', code: "say('Hi');", timeout: 9, outputs: { default: 'ai' } },
    ai: {
      ...{ type: 'generative-ai', url: 'https://api.example.com/v1', model: 'small', instructions: 'Be kind.' },
      ...{ temperature: 0.3, outputs: { default: 'bot' } },
    },
    bot: { type: 'external-bot', url: 'https://bot.example/turn', transferParameters: ['tier', 'GONE'], outputs: {} },
    human: {
      ...{ type: 'live-agent-routing', startConnectionUrl: 'https://desk.example/start' },
      ...{ inboundTransferUrl: 'ftp://desk.example/inbound', transferParameters: ['ISSUE', 'GONE'] },
      ...{ firstResponseWithin: 300, outputs: { default: 'bye', failed: 'greet' } },
    },
    bye: { type: 'end-conversation' },
    odd: { type: 'teleport', where: { x: 1 }, outputs: { default: 'bye' } },
  },
};

/** The server says that it has a credential. */
export async function addCredential({ page }: StudioKit, name: string, origin: string): Promise<void> {
  await page.route('**/server', async (route) => {
    const answer = (await (await route.fetch()).json()) as object;
    await route.fulfill({ json: { ...answer, credentials: [{ name, origin }] } });
  });
}

/** The editor with one node's settings beside it. */
export class DrawerSide {
  readonly kit: StudioKit;

  constructor(kit: StudioKit) {
    this.kit = kit;
  }

  async open(definition: object): Promise<void> {
    const { page, program, call } = this.kit;
    await call('PUT', '/agents/shop/draft', { definition });
    await page.goto(`${program.url}/studio/agents/shop`);
    await page.locator('.react-flow__node').first().waitFor();
  }

  /** Opens the settings of a node. */
  async show(id: string): Promise<Locator> {
    const { page } = this.kit;
    await page.locator(`.react-flow__node[data-id="${id}"]`).focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: `Settings of ${id}`, exact: true });
    await panel.waitFor();
    return panel;
  }

  /** The draft, once it is saved and what it should be. */
  draftWhere(holds: (draft: Draft) => boolean): Promise<Draft> {
    return until(`of the draft: ${holds}`, async () => {
      const { definition } = await this.kit.call<{ definition: Draft }>('GET', '/agents/shop/draft');
      return holds(definition) ? definition : null;
    });
  }

  /** A node of the draft, once it is saved and what it should be. */
  async nodeWhere(id: string, holds: (node: Draft) => boolean): Promise<Draft> {
    const { nodes } = await this.draftWhere((draft) => draft.nodes[id] !== undefined && holds(draft.nodes[id]));
    return nodes[id];
  }
}
