import type { Flow } from '../../core/flow/flow.ts';
import type { Understanding } from '../../core/understanding.ts';
import { confirmationIn } from './entities/confirmation.ts';
import { emailIn } from './entities/email.ts';
import { dateIn, timeIn } from './entities/moments.ts';
import { nameIn } from './entities/names.ts';
import { numberIn } from './entities/numbers.ts';
import { ownValueIn } from './entities/own-entities.ts';
import { phoneIn } from './entities/phones.ts';
import { intentsIn } from './intents/intents.ts';
import { matchesAnywhere } from './patterns.ts';

/** More than a message can hold, 4096 code points; nothing below reads further. */
const longestUnits = 8192;

/** Reads people's words with packages and word lists that stand on this machine: nothing is asked of anybody. */
export function createUnderstanding(): Understanding {
  return {
    valueOf: (flow, entity, text, at) => valueIn(flow, entity, text.slice(0, longestUnits), at),
    intentsOf: (flow, intents, text) => intentsIn(flow, intents, text.slice(0, longestUnits)),
    matches: (pattern, text) => matchesAnywhere(pattern, text.slice(0, longestUnits)),
  };
}

function valueIn(flow: Flow, entity: string, text: string, at: number): string | null {
  switch (entity) {
    case '@sys.number':
      return numberIn(text);
    case '@sys.date':
      return dateIn(text, flow.timeZone, at);
    case '@sys.time':
      return timeIn(text, flow.timeZone, at);
    case '@sys.confirmation':
      return confirmationIn(text);
    case '@sys.name':
      return nameIn(text);
    case '@sys.email':
      return emailIn(text);
    case '@sys.phone':
      return phoneIn(text, flow.timeZone);
    default: {
      const own = flow.entities?.find(({ name }) => name === entity);
      return own === undefined ? anything(text) : ownValueIn(own, text);
    }
  }
}

function anything(text: string): string | null {
  return text.trim() === '' ? null : text;
}
