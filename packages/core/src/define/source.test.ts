import { exampleSource, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { defineSource } from './source.ts';

const counting = (failures: number) => {
  let calls = 0;
  const source = defineSource({
    name: 'counting',
    summary: 'Count how often it is made ready.',
    async ready(_options, on) {
      calls += 1;
      if (calls <= failures) throw new Error(`attempt ${calls}`);
      return exampleSource().ready(on);
    },
  })();
  return { source, calls: () => calls };
};

test('a source is made ready once, however often it is asked', async () => {
  const { source, calls } = counting(0);
  const collections = await Promise.all([source.ready(running()), source.ready(running()), source.ready(running())]);
  expect(new Set(collections).size).toBe(1);
  expect(calls()).toBe(1);
});

test('a failed attempt is not kept', async () => {
  const { source, calls } = counting(1);
  await expect(source.ready(running())).rejects.toThrow('attempt 1');
  expect((await source.ready(running())).size).toBeGreaterThan(0);
  expect(calls()).toBe(2);
});

test('nothing is read before somebody asks', () => {
  const { calls } = counting(0);
  expect(calls()).toBe(0);
});

test('a source gives pixels unless it says otherwise', () => {
  expect(counting(0).source.gives).toBe('pixels');
});
