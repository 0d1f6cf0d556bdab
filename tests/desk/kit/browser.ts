import { type IncomingMessage, request } from 'node:http';
import type { DeskConversation, DeskEntry, DeskMe, DeskStory, DeskSync } from '../../../src/contract/desk-api.ts';
import { type Answer, type AnyBody, type Client, openClient } from '../../house/kit/client.ts';
import { until } from '../../house/kit/until.ts';

type Headers = Readonly<Record<string, string>>;

/** A page of the desk: it keeps its cookie and says what browsers say. */
export type Browser = Readonly<{
  cookie: () => string;
  get: <Body = AnyBody>(path: string, headers?: Headers) => Promise<Answer<Body>>;
  post: <Body = AnyBody>(path: string, json?: unknown, headers?: Headers) => Promise<Answer<Body>>;
  /** Follows a link that the desk gave. */
  followLink: (link: string) => Promise<Answer<DeskMe & AnyBody>>;
  conversations: () => Promise<readonly DeskConversation[]>;
  story: (id: string) => Promise<DeskStory>;
  say: (id: string, clientId: string, text: string) => Promise<Answer<DeskEntry & AnyBody>>;
  stream: (after?: number, headers?: Headers) => Promise<EventStream>;
  close: () => void;
}>;

/** @param base the desk's URL. */
export function openBrowser(base: () => string): Browser {
  const client: Client = openClient(false);
  const streams: EventStream[] = [];
  let cookie = '';
  const own = (headers: Headers): Headers => ({ ...(cookie === '' ? {} : { cookie }), ...headers });
  const keep = <Body>(answer: Answer<Body>): Answer<Body> => {
    const [set] = answer.headers['set-cookie'] ?? [];
    if (set !== undefined) cookie = set.split(';', 1)[0] ?? '';
    return answer;
  };
  const get: Browser['get'] = async (path, headers = {}) =>
    keep(await client.ask('GET', `${base()}${path}`, { headers: own(headers) }));
  const post: Browser['post'] = async (path, json, headers = {}) => {
    const site = { 'sec-fetch-site': 'same-origin', origin: new URL(base()).origin };
    const body = json === undefined ? {} : { json };
    return keep(await client.ask('POST', `${base()}${path}`, { ...body, headers: own({ ...site, ...headers }) }));
  };
  return {
    cookie: () => cookie,
    ...{ get, post },
    followLink: (link) => post('/desk/api/link', { token: tokenOf(link) }),
    conversations: async () => (await get<DeskSync>('/desk/api/sync')).body.conversations,
    story: async (id) => (await get<DeskStory>(`/desk/api/conversations/${id}`)).body,
    say: (id, clientId, text) => post(`/desk/api/conversations/${id}/messages`, { id: clientId, text }),
    stream: async (after, headers = {}) => {
      const query = after === undefined ? '' : `?after=${after}`;
      const stream = await openStream(`${base()}/desk/api/stream${query}`, own(headers));
      streams.push(stream);
      return stream;
    },
    close: () => {
      for (const stream of streams) stream.close();
      client.close();
    },
  };
}

export const tokenOf = (link: string): string => link.slice(link.indexOf('=') + 1);

/** A stream that keeps all that it was sent. */
export type EventStream = Readonly<{
  response: IncomingMessage;
  syncs: readonly DeskSync[];
  /** Each entry as the stream told it last, by what it is called. */
  entries: () => ReadonlyMap<string, DeskEntry>;
  lastId: () => number;
  text: () => string;
  isOver: () => boolean;
  close: () => void;
}>;

export const nameOf = (entry: DeskEntry): string =>
  entry.kind === 'user-message' ? entry.messageId : `${entry.conversationId} ${entry.id}`;

function openStream(url: string, headers: Headers): Promise<EventStream> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { ...headers, accept: 'text/event-stream' } }, (response) => {
      let text = '';
      let over = false;
      const syncs: DeskSync[] = [];
      let taken = 0;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        for (let end = text.indexOf('\n\n', taken); end >= 0; end = text.indexOf('\n\n', taken)) {
          const data = text.slice(taken, end).match(/^data: (.*)$/m)?.[1];
          if (data !== undefined) syncs.push(JSON.parse(data) as DeskSync);
          taken = end + 2;
        }
      });
      response.on('error', () => {}); // The close that follows tells.
      response.on('close', () => {
        over = true;
      });
      resolve({
        ...{ response, syncs },
        entries: () => new Map(syncs.flatMap((sync) => sync.entries.map((entry) => [nameOf(entry), entry]))),
        lastId: () => syncs.at(-1)?.cursor ?? 0,
        text: () => text,
        isOver: () => over,
        close: () => asked.destroy(),
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** Waits until a story holds what is looked for, and gives it. */
export async function untilStory(
  browser: Browser,
  id: string,
  what: string,
  matches: (story: DeskStory) => boolean,
): Promise<DeskStory> {
  return until(what, async () => {
    const story = await browser.story(id);
    return story.entries !== undefined && matches(story) ? story : null;
  });
}

/** The texts of a story in order of place, as the page shows them. */
export const textsOf = ({ entries }: DeskStory): readonly string[] => entries.map(({ text }) => text);
