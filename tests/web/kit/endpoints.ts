import type { StudioKit } from './studio.ts';

type Delivery = Readonly<{
  url: string;
  kind: string;
  state: string;
  attempts: number;
  owed_since: string;
  last_failure: string | null;
}>;

/** Stands in for `GET /endpoints` until the server has it: the same counts, made of its lists. */
export async function mockEndpoints({ page, call }: Pick<StudioKit, 'page' | 'call'>): Promise<void> {
  await page.route('**/endpoints', async (route) => {
    const lists = await Promise.all(
      ['owed', 'dead'].map((state) => call<{ deliveries: Delivery[] }>('GET', `/deliveries?state=${state}&limit=1000`)),
    );
    const all = lists.flatMap(({ deliveries }) => deliveries);
    const endpoints = [...new Set(all.map(({ url }) => url))].map((url) => {
      const own = all.filter((one) => one.url === url);
      const owed = own.filter(({ state }) => state === 'owed');
      return {
        url,
        kinds: [...new Set(own.map(({ kind }) => kind))],
        owed: owed.length,
        stuck: owed.filter(({ attempts }) => attempts > 0).length,
        dead: own.length - owed.length,
        oldest_owed_since: owed.map(({ owed_since }) => owed_since).toSorted()[0] ?? null,
        last_failure: own.find(({ last_failure }) => last_failure !== null)?.last_failure ?? null,
        since_start: null,
      };
    });
    await route.fulfill({ json: { endpoints, truncated: false } });
  });
}
