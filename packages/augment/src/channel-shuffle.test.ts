import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws, rampImage } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { channelShuffle } from './channel-shuffle.ts';

obeysAugmenterLaws(channelShuffle, [...exampleImages(), rampImage(1, 1, 9), rampImage(5, 7, 1)]);

test('channel i is the input’s channel order[i], and the reverse order takes it back', () => {
  const ramp = rampImage(3, 1, 2);
  const shuffled = channelShuffle().apply(ramp, { order: [2, 0, 1] });
  const [a, b, c, d, e, f] = values(ramp);
  expect([...values(shuffled)]).toEqual([e, f, a, b, c, d]);
  expect([...values(channelShuffle().apply(shuffled, { order: [1, 2, 0] }))]).toEqual([...values(ramp)]);
});

test('each of the six orders is equally likely', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const { order } = channelShuffle().draw([3, 2, 2], createRandom(seed), { epoch: 0, fraction: 0 });
    counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000 * (5 / 6)));
});
