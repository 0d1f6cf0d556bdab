import { type Json, type WebhookBody, type WebhookNode, webhookMethods } from '../../core/flow/asking.ts';
import { parsePath } from '../../core/flow/path.ts';
import { isTooDeep } from '../../platform/json-depth.ts';
import { clean, field, flagField, type JsonObject, meddles, numberField, objectsOf, textField } from '../json.ts';
import { type Conversion, type StudioNode, whereIs } from './conversion.ts';

const maxUrl = 2048;
const maxTimeout = 30;
export const maxFields = 100;
const maxHeaders = 50;
/** Less than the longest text, so that one that was cut is never sent. */
export const maxBody = 32_768;
const maxBodyDepth = 20;
const maxContentType = 100;
const maxPath = 200;

/** An address that a call may go to, as it is written: http or https, without credentials, its host without parameters. */
export function endpoint(template: string): string | undefined {
  const host = /^https?:\/\/([^/?#\s]+)/i.exec(template)?.[1];
  if (host === undefined || host.includes('$') || template.length > maxUrl || /[\s\\]/.test(template)) return undefined;
  const url = URL.parse(template);
  return url === null || url.username !== '' || url.password !== '' || url.hash !== '' ? undefined : template;
}

/** A webhook whose address can be read; how it is called and what its answer gives is taken over. */
export function webhook(conversion: Conversion, node: StudioNode): WebhookNode | undefined {
  const where = whereIs(node);
  const { data } = node;
  const written = conversion.template(where, field(data, 'url', 'endpoint'));
  const url = endpoint(written);
  if (url === undefined) {
    const found = written === '' ? 'It has no address' : `Its address is ${written}`;
    conversion.notes.add('left-out', where, `${found}; the host must be written out, with http or https.`);
    return undefined;
  }
  const verb = (textField(data, 'verb', 'method') ?? 'GET').toUpperCase();
  const method = webhookMethods.find((known) => known === verb) ?? 'POST';
  const failed = conversion.output(node, field(data, 'miss_output', 'missOutput', 'failed_output'));
  const onwards = node.outputs.find((output) => output !== failed);
  conversion.tellLost(node, [failed, onwards]);
  tellDifferences(conversion, node);
  const timeout = numberField(data, 'timeout');
  const body = method === 'GET' ? undefined : bodyOf(conversion, node);
  const headers = headersOf(conversion, node);
  const query = pairs(conversion, where, field(data, 'query_parameters', 'queryParameters', 'query'));
  const response = answersOf(conversion, node);
  return {
    type: 'webhook',
    method,
    url,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(body !== undefined && { body }),
    ...(response.length > 0 && { response }),
    ...(timeout !== undefined && timeout >= 1 && { timeout: Math.min(maxTimeout, timeout) }),
    ...(flagField(data, 'is_async', 'isAsync') && { asynchronous: true }),
    outputs: { default: conversion.leads(node, onwards), failed: conversion.leads(node, failed) },
  };
}

function tellDifferences(conversion: Conversion, node: StudioNode): void {
  const { data } = node;
  const codes = field(data, 'status_codes', 'statusCodes');
  const where = whereIs(node);
  if (Array.isArray(codes) && codes.length > 0) {
    conversion.notes.add(
      'left-out',
      where,
      'Outputs by status code are none here: every status but a good one takes "failed".',
    );
  }
  if (textField(data, 'response_status_parameter_id') !== undefined) {
    conversion.notes.add('left-out', where, 'The status of the answer is kept in no parameter here.');
  }
}

/** Names and texts, as headers, queries and forms have them; objects of one that was there before are no trap. */
function pairs(conversion: Conversion, where: string, list: unknown): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const item of objectsOf(list).slice(0, maxFields)) {
    const key = textField(item, 'key', 'name');
    if (key === undefined || key === '__proto__' || /[\r\n\0]/.test(key)) continue;
    found.set(
      key.slice(0, 200).toWellFormed(),
      conversion.oneMessage(where, field(item, 'value')).replace(/[\r\n]+/g, ' '),
    );
  }
  return Object.fromEntries(found);
}

/** What RFC 9110 calls a token. */
const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const ownHeader =
  /^(?:host|content-length|transfer-encoding|connection|keep-alive|upgrade|expect|webhook-(?:id|timestamp|signature))$/i;
const contentTypeForm = /^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/;

function headersOf(conversion: Conversion, node: StudioNode): Readonly<Record<string, string>> {
  const where = whereIs(node);
  const found = Object.entries(pairs(conversion, where, field(node.data, 'headers')));
  const sound = found.filter(([name]) => headerName.test(name));
  if (sound.length < found.length) {
    conversion.notes.add('left-out', where, 'A header has a name that HTTP does not allow.');
  }
  const foreign = sound.filter(([name]) => !ownHeader.test(name));
  if (foreign.length < sound.length) {
    conversion.notes.add('left-out', where, 'A header is one that the server sets itself, such as Host.');
  }
  if (foreign.length > maxHeaders) {
    conversion.notes.add('left-out', where, `Of ${foreign.length} headers ${maxHeaders} are sent, which are the most.`);
  }
  return Object.fromEntries(foreign.slice(0, maxHeaders));
}

function bodyOf(conversion: Conversion, node: StudioNode): WebhookBody | undefined {
  const where = whereIs(node);
  const written = textField(node.data, 'body_type', 'bodyType', 'content_type') ?? 'application/json';
  const contentType = contentTypeForm.test(written) && written.length <= maxContentType ? written : 'text/plain';
  if (/urlencoded/i.test(contentType)) {
    return {
      kind: 'form',
      fields: pairs(conversion, where, field(node.data, 'urlencoded_body', 'urlencodedBody', 'body')),
    };
  }
  const text = conversion.template(where, field(node.data, 'body'));
  if (text === '') return undefined;
  if (text.length > maxBody) {
    conversion.notes.add('left-out', where, `Its body has more than ${maxBody} characters and is not sent.`);
    return undefined;
  }
  if (!/json/i.test(contentType)) return { kind: 'text', text, contentType };
  const value = jsonBody(text) ?? jsonBody(withQuotes(text));
  if (value === undefined) {
    conversion.notes.add('changed', where, 'Its body is no JSON that is taken as it stands, so it is sent as text.');
    return { kind: 'text', text, contentType: 'application/json' };
  }
  if (jsonBody(text) === undefined) {
    conversion.notes.add('changed', where, 'Parameters of its body that stood without quotes are sent as texts.');
  }
  return { kind: 'json', value };
}

/** Parameters outside of strings become strings. */
const withQuotes = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\$[A-Za-z_]\w*/g, (part) => (part.startsWith('"') ? part : `"${part}"`));

function jsonBody(text: string): Json | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    // An assertion, for what JSON.parse gives is what Json says.
    const value = cleaned(JSON.parse(text) as Json);
    const isTaken = !meddles(value) && depthOf(value) <= maxBodyDepth && JSON.stringify(value).length <= maxBody;
    return isTaken ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Lists and objects within each other. */
const depthOf = (value: Json): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

/** JSON escapes may hold what no text may hold. */
function cleaned(value: Json): Json {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(cleaned);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [clean(key), cleaned(item)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

type Answer = Readonly<{ path: string; parameter: string }>;

function answersOf(conversion: Conversion, node: StudioNode): readonly Answer[] {
  const kind = textField(node.data, 'response_mapping_type', 'responseMappingType') ?? 'json';
  const mapping = objectsOf(field(node.data, 'response_mapping', 'responseMapping')).slice(0, maxFields);
  if (mapping.length > 0 && kind !== 'json') {
    conversion.notes.add('left-out', whereIs(node), `Its answer is read as ${kind}, and only JSON is read here.`);
    return [];
  }
  return mapping.flatMap((item: JsonObject): readonly Answer[] => {
    const id = textField(item, 'value', 'parameter', 'parameterId');
    if (id === undefined) return [];
    const path = (textField(item, 'key', 'path') ?? '').trim().replace(/^\$\.?/, '');
    if (path.length > maxPath || parsePath(path) === null) {
      const message = `Of its answer "${path}" is no path that is known here; write one such as order.items[0].name.`;
      conversion.notes.add('left-out', whereIs(node), message);
      return [];
    }
    return [{ path, parameter: conversion.parameters.target(id, whereIs(node)) }];
  });
}
