import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from '../../house/kit/until.ts';

/** The customer's side: what is seen and done in a chat. */
export class ChatSide {
  readonly root: Locator;

  constructor(root: Locator) {
    this.root = root;
  }

  async say(text: string): Promise<void> {
    const field = this.root.getByRole('textbox', { name: 'Your message' });
    await field.fill(text);
    await field.press('Enter');
  }

  /** Resolves when the text is a line of the conversation. */
  async sees(text: string): Promise<void> {
    await this.root.locator('.message-text').getByText(text, { exact: true }).first().waitFor();
  }

  async notes(text: string): Promise<void> {
    await this.root.getByText(text, { exact: true }).first().waitFor();
  }

  texts(): Promise<string[]> {
    return this.root.locator('.row .message-text').allTextContents();
  }

  /** Resolves when the lines are just these, in this order. */
  async shows(texts: readonly string[]): Promise<void> {
    await settlesOn(() => this.texts(), texts);
  }
}

/** The live agent's side: what is seen and done at a desk. */
export class DeskSide {
  readonly root: Locator;

  constructor(root: Locator) {
    this.root = root;
  }

  /** Chooses the conversation of a customer in the list. */
  async choose(customer: string): Promise<void> {
    await this.root.getByRole('navigation').getByRole('button', { name: customer }).click();
    await this.root.getByRole('heading', { name: customer }).waitFor();
  }

  async say(text: string): Promise<void> {
    const field = this.root.getByRole('textbox', { name: 'Your reply' });
    await field.fill(text);
    await field.press('Enter');
  }

  async sees(text: string): Promise<void> {
    await this.root.locator('.entry .message-text').getByText(text, { exact: true }).first().waitFor();
  }

  texts(): Promise<string[]> {
    return this.root.locator('.entry .message-text').allTextContents();
  }

  async shows(texts: readonly string[]): Promise<void> {
    await settlesOn(() => this.texts(), texts);
  }

  /** The lines of the virtual agent's part, each with its speaker. */
  async before(): Promise<readonly (readonly [string, string])[]> {
    const lines = this.root.locator('.before dl > div');
    await lines.first().waitFor();
    const speakers = await lines.locator('dt').allTextContents();
    const said = await lines.locator('dd .message-text').allTextContents();
    return speakers.map((speaker, index) => [speaker, said[index] ?? ''] as const);
  }

  /** Resolves when every message of the live agent that is shown has this tick. */
  async ticks(status: 'Sending' | 'Submitted' | 'Delivered' | 'Read'): Promise<void> {
    await until(`all ticks are ${status}`, async () => {
      const labels = await this.root.locator('.tick').evaluateAll((all) => all.map((one) => one.getAttribute('title')));
      return labels.length > 0 && labels.every((label) => label === status);
    });
  }

  async handBack(): Promise<void> {
    await this.root.getByRole('button', { name: 'Hand back' }).click();
    await this.root.page().getByRole('dialog').getByRole('button', { name: 'Hand back' }).click();
  }
}

async function settlesOn(read: () => Promise<string[]>, wanted: readonly string[]): Promise<void> {
  let last: string[] = [];
  await until('the lines are as they should be', async () => {
    last = await read();
    return last.length >= wanted.length && last.join('\n') === wanted.join('\n');
  }).catch(() => assert.deepEqual(last, wanted));
}
