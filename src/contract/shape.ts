import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** One thing that is wrong with a value: where (`nodes.ask.type`, or empty for the whole) and a sentence. */
export type Fault = Readonly<{ path: string; message: string }>;

export type Reading<Value> = Readonly<{ ok: true; value: Value }> | Readonly<{ ok: false; faults: readonly Fault[] }>;

/** A wire shape: its schema, and the one way to read a value of it. */
export type Shape<Schema extends TSchema> = Readonly<{
  schema: Schema;
  /** Checks a value of unknown origin. Nothing is converted, filled in or removed. */
  read: (value: unknown) => Reading<Static<Schema>>;
}>;

/** Compiles a schema once; do it at load, never per request. */
export function shape<Schema extends TSchema>(schema: Schema): Shape<Schema> {
  const validator = Compile(schema);
  return {
    schema,
    read: (value) => {
      if (validator.Check(value)) return { ok: true, value: value as Static<Schema> };
      if (holdsMoreThan(mostParts, value)) return { ok: false, faults: [tooLongToTell] };
      const faults = validator.Errors(value).flatMap((error): readonly Fault[] => {
        const path = error.instancePath.split('/').slice(1).map(unescapePointer).join('.');
        return faultsOf(error, path);
      });
      // What the library lists is cut off after a few, and may say by then only that something is wrong.
      return { ok: false, faults: faults.length === 0 ? [wrongAllTheSame] : distinct(faults) };
    },
  };
}

/** A value with more parts than this is not searched for its faults: that costs microseconds a part, at a stranger's will. */
const mostParts = 10_000;
const wrongAllTheSame: Fault = {
  path: '',
  message: 'This does not have the form that is wanted here; send the fields that are described, and no other.',
};
const tooLongToTell: Fault = {
  path: '',
  message: 'This does not have the form that is wanted here, and holds too much to say where; send less.',
};

/** Whether a value has more than `most` parts (elements, fields), counted no further than that. */
function holdsMoreThan(most: number, value: unknown): boolean {
  const open: unknown[] = [value];
  for (let seen = 0; open.length > 0; seen += 1) {
    if (seen + open.length > most) return true;
    const one = open.pop();
    if (Array.isArray(one)) {
      if (one.length > most) return true;
      open.push(...one);
    } else if (typeof one === 'object' && one !== null) open.push(...Object.values(one));
  }
  return false;
}

type SchemaError = Readonly<{ keyword: string; params: object; message: string }>;

function faultsOf(error: SchemaError, path: string): readonly Fault[] {
  const params = error.params as Record<string, unknown>;
  const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
  switch (error.keyword) {
    case 'required':
      return strings(params.requiredProperties).map((name) => ({
        path: inside(name),
        message: 'This field is missing.',
      }));
    case 'additionalProperties':
      return strings(params.additionalProperties).map((name) => ({
        path: inside(name),
        message: 'This field is not known here; check its spelling.',
      }));
    case 'type':
      return [{ path, message: `This must be of type ${String(params.type)}.` }];
    case 'const':
      return [{ path, message: `This must be ${JSON.stringify(params.allowedValue)}.` }];
    case 'enum':
      return [{ path, message: `This must be one of ${strings(params.allowedValues).join(', ')}.` }];
    case 'boolean':
      return []; // said by additionalProperties, which comes with it
    case 'anyOf':
      return [{ path, message: 'This has none of the forms that are allowed here.' }];
    default:
      return [{ path, message: sentence(error.message) }];
  }
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');
const sentence = (text: string): string =>
  /[.!?]$/.test(text) ? text : `This ${text.startsWith('must') ? text : `is wrong: ${text}`}.`;

function distinct(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ path, message }) => {
    const key = `${path}\n${message}`;
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
}

/** A fault of a part, told as one of the whole. */
export const within = (path: string, fault: Fault): Fault => ({
  path: fault.path === '' ? path : `${path}.${fault.path}`,
  message: fault.message,
});

/** Faults as one sentence for an error's `message`. */
export function sayFaults(faults: readonly Fault[]): string {
  return faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join(' ');
}
