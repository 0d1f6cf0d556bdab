import { assignmentsFor } from '../assignments.ts';
import { declarationOf } from '../flow/flow.ts';
import {
  type Assignment,
  isSystemParameter,
  maxTextLength,
  newest,
  showValue,
  type Value,
} from '../flow/parameters.ts';
import type { SkillAnswer } from '../skills.ts';
import type { Turn } from '../turn.ts';

/** Messages of one answer that are said; more is no answer but a flood. */
const mostMessages = 20;
/** Code points of one of them; a text that is longer is said in pieces, as everywhere. */
const longestMessage = 8 * maxTextLength;

const parameterName = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/**
 * An answer as the session can keep it: texts in which nothing is broken, values in the shape that is declared. One with
 * parameters that cannot be kept is *failed*, whole.
 */
export function readable(turn: Turn, answer: SkillAnswer): SkillAnswer {
  if (answer.kind === 'failed') return answer;
  const parameters: Assignment[] = [];
  for (const { name, value } of answer.parameters) {
    if (!parameterName.test(name) || isSystemParameter(name)) {
      return { kind: 'failed', cause: 'The answer sets a parameter that cannot be set; use names of your own.' };
    }
    parameters.push({ name, value: shaped(turn, name, value) });
  }
  const checked = parameters.length === 0 ? nothing : assignmentsFor(turn.flow, turn.session, parameters);
  if (checked.kind === 'refused') return { kind: 'failed', cause: checked.message };
  const messages = answer.messages.slice(0, mostMessages).map((text) => whole(text, longestMessage));
  return { ...answer, parameters: checked.assignments, messages };
}

const nothing = { kind: 'accepted', assignments: [] } as const;

function shaped(turn: Turn, name: string, value: Value): Value {
  const declared = declarationOf(turn.flow, name);
  if (typeof value === 'string') return declared?.multi === true ? [whole(value)] : whole(value);
  if (declared !== undefined && declared.multi !== true) return whole(showValue(value));
  return newest(value.map((one) => whole(one)));
}

/** Without what no text may hold, and no longer than one may be. */
function whole(text: string, longest: number = maxTextLength): string {
  const sound = text.replaceAll('\u0000', '').toWellFormed();
  return sound.length <= longest ? sound : [...sound].slice(0, longest).join('');
}
