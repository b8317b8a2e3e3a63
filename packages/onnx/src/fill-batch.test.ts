import { expect, test } from 'vitest';
import { fillBatch } from './fill-batch.ts';

/** Two images of two channels and two pixels. */
const images = Float32Array.of(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7);
const plain = { layout: 'nchw' as const, channels: 2, mean: [0, 0], deviation: [1, 1], scale: 1, shift: 0 };
const fill = (feeding: Parameters<typeof fillBatch>[4], part: readonly [number, number]) => {
  const to = new Float32Array(part[1] * 4);
  fillBatch(to, images, part, 2, feeding);
  return Array.from(to, (value) => Number(value.toFixed(5)));
};

test('images go in as they are where nothing is to be done', () => {
  expect(fill(plain, [0, 2])).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  expect(fill(plain, [1, 1])).toEqual([0.4, 0.5, 0.6, 0.7]);
});

test('channels last are interleaved', () => {
  expect(fill({ ...plain, layout: 'nhwc' }, [0, 2])).toEqual([0, 0.2, 0.1, 0.3, 0.4, 0.6, 0.5, 0.7]);
});

test.each(['nchw', 'nhwc'] as const)('(x scale - shift - mean) / deviation, channel by channel, %s', (layout) => {
  const fed = fill({ layout, channels: 2, mean: [0.5, 0], deviation: [0.5, 2], scale: 2, shift: 1 }, [1, 1]);
  // channel 0: (0.8 - 1 - 0.5) / 0.5 and (1 - 1 - 0.5) / 0.5; channel 1: (1.2 - 1) / 2 and (1.4 - 1) / 2
  expect(fed).toEqual(layout === 'nchw' ? [-1.4, -1, 0.1, 0.2] : [-1.4, 0.1, -1, 0.2]);
});
