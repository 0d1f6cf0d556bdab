import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Flow } from '../../../core/flow/flow.ts';
import { defaultMinScore } from '../../../core/understanding.ts';
import { intentsIn } from './intents.ts';
import { bank, shop, type Utterances } from './utterances.contract.ts';

function flowWith(intents: Utterances['intents']): Flow {
  const declared = Object.entries(intents).map(([name, examples]) => ({ name, examples }));
  return { name: 'test', intents: declared, start: 'a', nodes: {} };
}

function best(flow: Flow, intents: readonly string[], text: string): string | null {
  const [first] = intentsIn(flow, intents, text);
  return first !== undefined && first.score >= defaultMinScore ? first.intent : null;
}

function judged({ intents, tests }: Utterances): { right: number; wrong: number; refused: number } {
  const flow = flowWith(intents);
  const found = tests.map(([meant, text]) => ({ meant, got: best(flow, Object.keys(intents), text) }));
  return {
    right: found.filter(({ meant, got }) => meant !== null && got === meant).length,
    wrong: found.filter(({ meant, got }) => meant !== null && got !== null && got !== meant).length,
    refused: found.filter(({ meant, got }) => meant === null && got === null).length,
  };
}

test('unseen utterances are read rightly at the default score, and others are turned away', () => {
  const inEnglish = judged(shop);
  const inGerman = judged(bank);
  assert.ok(inEnglish.right >= 31 && inEnglish.wrong <= 1 && inEnglish.refused >= 9, JSON.stringify(inEnglish));
  assert.ok(inGerman.right >= 29 && inGerman.wrong <= 1 && inGerman.refused >= 8, JSON.stringify(inGerman));
});

test('an example scores 1, whatever its case, accents and punctuation', () => {
  const flow = flowWith({ menu: ['¿Qué hay de menú?'], table: ['Ein Tisch für zwei', '席を予約したい'] });
  assert.deepEqual(intentsIn(flow, ['menu', 'table'], 'QUE HAY, de menu')[0], { intent: 'menu', score: 1 });
  assert.deepEqual(intentsIn(flow, ['menu', 'table'], 'ein tisch fur zwei!')[0], { intent: 'table', score: 1 });
  assert.equal(intentsIn(flow, ['menu', 'table'], '席の予約')[0]?.intent, 'table');
  assert.ok((intentsIn(flow, ['table'], 'zwei Tisch ein für')[0]?.score ?? 1) < 1);
});

test('only the given intents compete', () => {
  const flow = flowWith({ refund: ['I want my money back'], order: ['where is my order'] });
  assert.deepEqual(
    intentsIn(flow, ['order'], 'I want my money back').filter(({ score }) => score > 0.5),
    [],
  );
  assert.deepEqual(intentsIn(flow, [], 'I want my money back'), []);
  assert.deepEqual(intentsIn(flow, ['unknown', '@sys.help'], 'ωψ 🎺'), []);
  assert.deepEqual(intentsIn(flow, ['refund'], ''), []);
});

test('the system’s intents need no examples', () => {
  const flow = flowWith({});
  const all = ['@sys.yes', '@sys.no', '@sys.human', '@sys.help', '@sys.cancel', '@sys.goodbye'];
  const meant = {
    '@sys.yes': ['Yes!', 'ja gern', 'oui bien sûr', 'sí claro', '👍'],
    '@sys.no': ['No.', 'nein, danke', 'non merci beaucoup', 'no, gracias'],
    '@sys.human': [
      'I want to talk to a person',
      'talk to an agnet',
      'ich will mit einem Menschen reden',
      'parler à un conseiller',
      'quiero hablar con una persona',
    ],
    '@sys.help': ['can you help me please', 'ich brauche hilfe', "besoin d'aide", 'necesito ayuda'],
    '@sys.cancel': ['please cancel that', 'abbrechen bitte', 'annulez', 'quiero cancelar esto'],
    '@sys.goodbye': ['good bye', 'tschüß', 'au revoir', 'adios'],
  };
  for (const [intent, texts] of Object.entries(meant)) {
    for (const text of texts) assert.equal(best(flow, all, text), intent, text);
  }
  for (const text of ['the blue one in size 42', 'Berlin', 'mi pedido es el 4711'])
    assert.equal(best(flow, all, text), null, text);
});

test('an author’s examples of a system intent are added to it', () => {
  const flow = flowWith({ '@sys.human': ['sprich mit Oma'] });
  assert.equal(best(flow, ['@sys.human'], 'sprich mit oma'), '@sys.human');
  assert.equal(best(flow, ['@sys.human'], 'talk to a human'), '@sys.human');
});

test('500 examples are learnt once for a flow', () => {
  const examples = (intent: number) =>
    Array.from({ length: 10 }, (_, at) => `sentence ${intent * 31} about topic ${at} and word${intent}`);
  const flow = flowWith(
    Object.fromEntries(Array.from({ length: 50 }, (_, intent) => [`i${intent}`, examples(intent)])),
  );
  let reads = 0;
  const counted = { ...flow };
  Object.defineProperty(counted, 'intents', {
    get: () => {
      reads += 1;
      return flow.intents;
    },
  });
  for (let at = 0; at < 50; at += 1) {
    assert.equal(
      intentsIn(
        counted,
        Object.keys(flow.intents ?? {}).map((key) => `i${key}`),
        `a word${at}`,
      )[0]?.intent,
      `i${at}`,
    );
  }
  assert.equal(reads, 1);
});
