import { createRandom } from '@viewforge/random';
import { obeysSamplerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { shuffled } from './shuffled.ts';

obeysSamplerLaws(shuffled());

test('each of the six orders of three items is equally likely', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = [...shuffled().order({ size: 3 }, createRandom(seed))].join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120); // deviation 29
});

test('another epoch has another order', () => {
  const run = createRandom(3);
  const orders = [0, 1, 2].map((epoch) => [...shuffled().order({ size: 20 }, run.fork('order', epoch))].join());
  expect(new Set(orders).size).toBe(3);
});
