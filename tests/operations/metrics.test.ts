// What an operator is alarmed by must be there, in the format that is read, and move when there is trouble.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTalk, type House, houseFor } from '../house/kit/house.ts';
import { engine } from '../house/kit/storage.ts';
import { handStart } from './kit/hands.ts';

async function metrics(house: House): Promise<ReadonlyMap<string, number>> {
  const { text } = await house.ask('GET', '/metrics');
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.replace(/ [^ ]+$/, ''), Number(line.replace(/^.* /, ''))]));
}

test('every number has its type and its meaning, and histograms add up', async (t) => {
  const house = await houseFor(t);
  await connectTalk(house);
  const { text, headers } = await house.ask('GET', '/metrics');
  assert.match(String(headers['content-type']), /^text\/plain/);
  for (const [, family] of text.matchAll(/^(baton_[a-z_]+?)(?:_bucket|_sum|_count)?(?:\{.*\})? \S+$/gm)) {
    assert.match(text, new RegExp(`^# TYPE ${family} (counter|gauge|histogram)$`, 'm'), family);
    assert.match(text, new RegExp(`^# HELP ${family} [A-Z].*\\.$`, 'm'), family);
  }
  const numbers = await metrics(house);
  const commits = Number(numbers.get('baton_commit_seconds_count'));
  assert.ok(commits > 0);
  assert.equal(numbers.get('baton_commit_seconds_bucket{le="+Inf"}'), commits);
  assert.ok(Number(numbers.get('baton_commit_seconds_sum')) > 0);
  const disk = engine === 'sqlite' ? ['database_bytes', 'write_ahead_log_bytes', 'disk_free_bytes'] : [];
  for (const name of [...disk, 'resident_memory_bytes']) {
    assert.ok(Number(numbers.get(`baton_${name}`)) > 0, name);
  }
});

test('a desk that takes nothing shows by the age of what it is owed', async (t) => {
  const house = await houseFor(t, { hands: handStart });
  const { user } = await connectTalk(house);
  assert.equal((await metrics(house)).get('baton_delivery_oldest_owed_seconds'), 0);
  house.desk.behave = () => ({ status: 503 });
  user.say('anybody there?');
  await house.until('the desk refused', () => house.desk.of('inbound').length > 0);
  house.hands.advance(90_000);
  const age = Number((await metrics(house)).get('baton_delivery_oldest_owed_seconds'));
  assert.ok(age >= 90 && age < 120, String(age));
});
