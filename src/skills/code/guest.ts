import { maxAssignments, maxMessages, maxOutputLength } from './limits.ts';

/**
 * What stands in the sandbox before the author's code: `start(given, code, seed)` calls it, `end()` reports as JSON. Nothing of
 * the host is in there, not even a function. The code may change every built-in object, so all that `end` needs is taken
 * before, only strings are given to JSON.stringify (which asks objects for a `toJSON`), and the host believes nothing.
 * A run is compared by its end: a list changed in place counts as set, and a loop that sets one parameter counts once.
 */
export const guest = `(() => {
  'use strict';
  const { parse, stringify } = JSON;
  const { create, keys } = Object;
  const { isArray } = Array;
  const { apply } = Reflect;
  const { then } = Promise.prototype;
  const { imul } = Math;
  const PlainPromise = Promise;
  const PlainString = String;
  const PlainTypeError = TypeError;
  const parameters = create(null);
  let before;
  let messages = '';
  let said = 0;
  let length = 0;
  let isThrown = false;
  let thrown;
  let refusal = '';

  const scalar = (value) => {
    const type = typeof value;
    if (type === 'string') return value;
    if (type === 'number' || type === 'boolean') return PlainString(value);
    return value === undefined || value === null ? '' : undefined;
  };
  const count = (text) => {
    length += text.length;
    if (length > ${maxOutputLength}) refusal = 'much';
  };
  const listed = (list, each) => {
    for (let at = 0; at < list.length && refusal === ''; at += 1) {
      const text = scalar(list[at]);
      if (text === undefined) return false;
      length += 1;
      count(text);
      each(text, at);
    }
    return true;
  };
  const say = (value) => {
    let text = isArray(value) ? '' : scalar(value);
    if (isArray(value) && !listed(value, (one, at) => { text += at === 0 ? one : ', ' + one; })) text = undefined;
    if (text === undefined) throw new PlainTypeError('say takes a text.');
    if (text === '') return;
    count(text);
    said += 1;
    if (said > ${maxMessages}) refusal = 'messages';
    if (refusal !== '') throw new PlainTypeError('Too much was said.');
    messages += (said === 1 ? '' : ',') + stringify(text);
  };
  const isSame = (value, old) => {
    if (!isArray(value) || !isArray(old)) return value === old;
    if (value.length !== old.length) return false;
    for (let at = 0; at < old.length; at += 1) if (value[at] !== old[at]) return false;
    return true;
  };
  const shown = (value) => {
    if (!isArray(value)) {
      const text = scalar(value);
      if (text === undefined) return undefined;
      count(text);
      return stringify(text);
    }
    let texts = '';
    const isList = listed(value, (text, at) => { texts += (at === 0 ? '' : ',') + stringify(text); });
    return isList ? '[' + texts + ']' : undefined;
  };
  const changes = () => {
    let found = '';
    let number = 0;
    const add = (name, value) => {
      if (refusal !== '') return;
      number += 1;
      if (number > ${maxAssignments}) refusal = 'assignments';
      count(name);
      const text = shown(value);
      if (text === undefined) refusal = 'value ' + name;
      found += (number === 1 ? '' : ',') + '[' + stringify(name) + ',' + text + ']';
    };
    const now = keys(parameters);
    for (let at = 0; at < now.length; at += 1) {
      const name = now[at];
      const value = parameters[name];
      if (!(name in before) || !isSame(value, before[name])) add(name, value);
    }
    const old = keys(before);
    for (let at = 0; at < old.length; at += 1) if (!(old[at] in parameters)) add(old[at], '');
    return found;
  };
  const text = (key) => {
    try {
      const value = thrown[key];
      return typeof value === 'string' && value.length < 65536 ? stringify(value) : '""';
    } catch {
      return '""';
    }
  };
  const fail = (error) => {
    if (isThrown) return;
    isThrown = true;
    thrown = error;
  };
  // Mulberry32. Every run begins as a copy of one runtime, whose own numbers would be the same each time.
  const chances = (seed) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const silent = () => {};
  globalThis.console = { log: silent, info: silent, warn: silent, error: silent, debug: silent };

  return {
    start(given, code, seed) {
      Math.random = chances(seed);
      const own = parse(given);
      const names = keys(own);
      before = create(null);
      const old = parse(given);
      for (let at = 0; at < names.length; at += 1) {
        parameters[names[at]] = own[names[at]];
        before[names[at]] = old[names[at]];
      }
      try {
        const result = apply(code, undefined, [parameters, say]);
        if (result instanceof PlainPromise) apply(then, result, [silent, fail]);
      } catch (error) {
        fail(error);
      }
    },
    end() {
      if (refusal === '' && isThrown) {
        if (thrown === null) return '{"kind":"thrown","name":"null"}';
        return '{"kind":"thrown","name":' + text('name') + ',"message":' + text('message') + ',"stack":' + text('stack') + '}';
      }
      const found = changes();
      if (refusal !== '') return '{"kind":"refused","refusal":' + stringify(refusal) + '}';
      return '{"kind":"answered","parameters":[' + found + '],"messages":[' + messages + ']}';
    },
  };
})()`;
