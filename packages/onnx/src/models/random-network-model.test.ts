import { readModel } from '@viewforge/graph';
import { createRandom } from '@viewforge/random';
import { expect, test } from 'vitest';
import { openSession } from '../session.ts';
import { randomNetworkModel } from './random-network-model.ts';

test('the seed decides every byte', () => {
  const bytes = randomNetworkModel({ seed: 3, width: 128 });
  expect(Buffer.compare(bytes, randomNetworkModel({ seed: 3, width: 128 }))).toBe(0);
  expect(Buffer.compare(bytes, randomNetworkModel({ seed: 4, width: 128 }))).not.toBe(0);
});

test('it takes images of any size and gives the stated width', () => {
  const { inputs, outputs } = readModel(randomNetworkModel({ seed: 0, width: 32 }));
  expect(inputs).toEqual([{ name: 'image', type: 'float32', shape: ['n', 3, 'h', 'w'] }]);
  expect(outputs).toEqual([{ name: 'features', type: 'float32', shape: ['n', 32] }]);
});

/** A 3 x 3 convolution of maps [channels][side][side] with stride 2 and zeros around, and a rectifier, number by number in float64. */
function stage(maps: readonly number[][][], to: number, weight: () => number): number[][][] {
  const side = maps[0]!.length;
  const places = Array.from({ length: Math.ceil(side / 2) }, (_, i) => 2 * i - 1);
  const kernels = Array.from({ length: to }, () => maps.map(() => Array.from({ length: 9 }, weight)));
  const at = (kernel: readonly number[][], top: number, left: number) =>
    maps.reduce(
      (sum, map, c) =>
        sum + kernel[c]!.reduce((part, w, k) => part + w * (map[top + Math.floor(k / 3)]?.[left + (k % 3)] ?? 0), 0),
      0,
    );
  return kernels.map((kernel) => places.map((top) => places.map((left) => Math.max(at(kernel, top, left), 0))));
}

test('it computes what it says: four stages of 16, 32, 64 and `width` maps of 2 x - 1, and their means', async () => {
  const pixels = Float32Array.from({ length: 3 * 11 * 11 }, (_, i) => Math.abs(Math.sin(i * i)));
  const random = createRandom(5).fork('random-network');
  let maps = [0, 1, 2].map((c) =>
    Array.from({ length: 11 }, (_, y) => Array.from({ length: 11 }, (_, x) => 2 * pixels[(c * 11 + y) * 11 + x]! - 1)),
  );
  for (const [i, to] of [16, 32, 64, 6].entries()) {
    const stream = random.fork(i);
    const deviation = Math.sqrt(2 / (9 * maps.length));
    maps = stage(maps, to, () => stream.normal(0, deviation));
  }
  const setup = {
    where: 'test',
    model: randomNetworkModel({ seed: 5, width: 6 }),
    providers: ['cpu'],
    threads: 1,
    spinning: false,
  };
  const running = { signal: new AbortController().signal };
  const session = await openSession(setup, running);
  const { outputs } = await session.run(
    { image: { type: 'float32', shape: [1, 3, 11, 11], data: pixels } },
    ['features'],
    running,
  );
  await session.close();
  const found = Array.from(outputs['features']!.data as Float32Array);
  for (const [j, map] of maps.entries()) {
    expect(found[j]).toBeCloseTo(map.flat().reduce((a, b) => a + b) / map.flat().length, 5); // float32, up to 576 products
  }
});
