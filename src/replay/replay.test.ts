import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BareRelay, type BareSession, type Call } from '../../bench/bare-relay.ts';
import { demoDialogues } from './demo-dialogues.ts';
import type { Dialogue } from './dialogues.ts';
import { type ReplayOptions, type ReplayReport, replay } from './replay.ts';

type Frame = Readonly<{ type: string; from?: string; text?: string }>;
type Body = Readonly<{ text?: string }>;

const dialogue: Dialogue = {
  id: 'one',
  turns: [
    { from: 'user', text: 'Hi' },
    { from: 'user', text: 'my wifi is down' },
    { from: 'live_agent', text: 'Which colour?' },
    { from: 'live_agent', text: 'Of the lamp, I mean.' },
    { from: 'user', text: 'Orangé' },
    { from: 'live_agent', text: 'Bye' },
  ],
};

/** Misbehaves towards the end user or the desk: what is returned is sent in the place of what should be. */
class Meddler extends BareRelay {
  readonly #frames: (frame: Frame) => readonly object[];
  readonly #calls: (body: Body) => readonly Body[];

  constructor(frames: (frame: Frame) => readonly object[], calls: (body: Body) => readonly Body[] = (body) => [body]) {
    super();
    this.#frames = frames;
    this.#calls = calls;
  }

  protected override sendToUser(session: BareSession, frame: object): void {
    for (const sent of this.#frames(frame as Frame)) super.sendToUser(session, sent);
  }

  protected override async sendToDesk(session: BareSession, { url, body }: Call): Promise<void> {
    for (const sent of this.#calls(body)) await super.sendToDesk(session, { url, body: sent });
  }
}

const honest = (frame: object): readonly object[] => [frame];
const inCase = (text: string, meddle: (it: Body) => readonly Body[]) => (it: Body) =>
  it.text === text ? meddle(it) : [it];
const ofLiveAgent = (text: string, meddle: (frame: Frame) => readonly object[]) => (frame: Frame) =>
  frame.from === 'live_agent' && frame.text === text ? meddle(frame) : [frame];

async function replayed(relay: BareRelay, options: Partial<ReplayOptions> = {}): Promise<ReplayReport> {
  const url = await relay.listen(0);
  try {
    return await replay({ url, key: 'any', dialogues: [dialogue], unsigned: true, patienceMs: 300, ...options });
  } finally {
    await relay.close();
  }
}

function expectDifference(report: ReplayReport, where: RegExp, expected: RegExp, got: RegExp): void {
  assert.equal(report.differing, 1);
  const [difference] = report.differences;
  assert.equal(difference?.dialogue, 'one');
  assert.match(difference?.where ?? '', where);
  assert.match(difference?.expected ?? '', expected);
  assert.match(difference?.got ?? '', got);
}

describe('a relay that does it right', () => {
  it('shows no difference, and every text is counted once', async () => {
    const dialogues = [...demoDialogues, dialogue];
    const report = await replayed(new BareRelay(), { dialogues, repeat: 3, sessions: 4 });
    const turns = dialogues.reduce((sum, { turns }) => sum + turns.length, 0);
    assert.deepEqual(report.differences, []);
    assert.equal(report.conversations, 18);
    assert.equal(report.messages, 3 * turns);
    assert.ok(report.acceptedToDesk !== null && report.outboundToUser !== null);
  });

  it('reports its progress to the end', async () => {
    const seen: number[] = [];
    await replayed(new BareRelay(), { progress: ({ conversations }) => seen.push(conversations) });
    assert.equal(seen[0], 0);
    assert.equal(seen.at(-1), 1);
  });
});

describe('a relay that misbehaves towards the end user', () => {
  const cases: Record<string, [meddle: (frame: Frame) => readonly object[], expected: RegExp, got: RegExp]> = {
    'loses a text': [ofLiveAgent('Which colour?', () => []), /Which colour\?/, /Of the lamp/],
    'loses the last text': [ofLiveAgent('Bye', () => []), /Bye/, /nothing within 0\.3 s/],
    'alters a text': [ofLiveAgent('Bye', (frame) => [{ ...frame, text: 'Bye ' }]), /^Bye$/, /^Bye $/],
    'doubles a text': [ofLiveAgent('Bye', (frame) => [frame, { ...frame, seq: 99 }]), /nothing more/, /Bye/],
    'repeats a seq': [ofLiveAgent('Bye', (frame) => [{ ...frame, seq: 1 }]), /a seq above/, /seq 1/],
    'loses an echo': [(frame) => (frame.from === 'user' && frame.text === 'Hi' ? [] : [frame]), /Hi/, /my wifi/],
  };
  for (const [name, [meddle, expected, got]] of Object.entries(cases)) {
    it(`is caught when it ${name}`, async () => {
      expectDifference(await replayed(new Meddler(meddle)), /at the end user/, expected, got);
    });
  }
});

describe('a relay that misbehaves towards the desk', () => {
  const cases: Record<string, [meddle: (body: Body) => readonly Body[], expected: RegExp, got: RegExp]> = {
    'loses a text': [inCase('Hi', () => []), /previousSeq/, /previousSeq/],
    'loses the last text': [inCase('Orangé', () => []), /Orangé/, /nothing within 0\.3 s/],
    'writes a text in another form of Unicode': [
      inCase('Orangé', (body) => [{ ...body, text: 'Orangé'.normalize('NFD') }]),
      /^Orang\u00e9$/,
      /^Orange\u0301$/,
    ],
    'doubles a text under another webhook-id': [inCase('Hi', (body) => [body, body]), /previousSeq/, /previousSeq/],
  };
  for (const [name, [meddle, expected, got]] of Object.entries(cases)) {
    it(`is caught when it ${name}`, async () => {
      expectDifference(await replayed(new Meddler(honest, meddle)), /at the desk/, expected, got);
    });
  }
});

describe('a relay whose record or signatures are wrong', () => {
  it('is caught by the transcript', async () => {
    class Forgetful extends BareRelay {
      protected override disconnect(session: BareSession): object {
        session.transcription.splice(1, 1);
        return super.disconnect(session);
      }
    }
    expectDifference(await replayed(new Forgetful()), /in the transcript/, /my wifi is down/, /Which colour/);
  });

  it('is caught when it does not sign', async () => {
    class Unsigned extends BareRelay {
      protected override secrets(): readonly object[] {
        return [{ secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }];
      }
    }
    const report = await replayed(new Unsigned());
    assert.match(report.differences.at(-1)?.got ?? '', /signature of a call to \/start is missing or wrong/);
  });
});

describe('what passes', () => {
  it('is sent again when the server says that it was too much', async () => {
    const refused = new Set<string>();
    class Busy extends BareRelay {
      protected override hear(session: BareSession, frame: { id: string; text: string; type: string }): void {
        if (refused.has(frame.id)) return super.hear(session, frame);
        refused.add(frame.id);
        this.sendToUser(session, { ...busy, id: frame.id });
      }
    }
    const busy = { type: 'error', code: 'rate-limited', message: 'Too many messages.', retryAfter: 0.01 };
    const report = await replayed(new Busy());
    assert.deepEqual(report.differences, []);
    assert.equal(report.retries, 3);
  });

  it('is no difference when a call is repeated under its webhook-id', async () => {
    let calls = 0;
    class Repeating extends BareRelay {
      protected override webhookId(): string {
        calls += 1;
        return `call-${Math.ceil(calls / 2)}`;
      }
      protected override async sendToDesk(session: BareSession, call: Call): Promise<void> {
        await super.sendToDesk(session, call);
        await super.sendToDesk(session, call);
      }
    }
    const report = await replayed(new Repeating());
    assert.deepEqual(report.differences, []);
    // Start and three texts; the repeat of ended may come when all is over.
    assert.ok(report.repeats >= 4);
  });
});
