import { expect, test } from 'vitest';
import { openSession } from '../session.ts';
import type { ModelWeights } from './model-weights.ts';
import { stagedNetworkModel, stagedNetworkWeights } from './staged-network-model.ts';

const running = { signal: new AbortController().signal };

interface Map {
  readonly channels: number;
  readonly side: number;
  readonly data: readonly number[];
}

/** A 3 x 3 convolution with stride 2 and zeros around, and a rectifier, number by number in float64. */
function stage({ channels, side, data }: Map, { shape, data: kernel }: ModelWeights[string]): Map {
  const [to] = shape as [number];
  const half = Math.ceil(side / 2);
  const result: number[] = [];
  for (let c = 0; c < to; c++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++) {
        let sum = 0;
        for (let k = 0; k < channels * 9; k++) {
          const [from, row, column] = [Math.floor(k / 9), 2 * y + Math.floor((k % 9) / 3) - 1, 2 * x + (k % 3) - 1];
          const isInside = row >= 0 && row < side && column >= 0 && column < side;
          if (isInside) sum += kernel[c * channels * 9 + k]! * data[(from * side + row) * side + column]!;
        }
        result.push(Math.max(sum, 0));
      }
    }
  }
  return { channels: to, side: half, data: result };
}

test('every stage and the features are the reference', async () => {
  const pixels = Float32Array.from({ length: 3 * 9 * 9 }, (_, i) => Math.sin(i * i));
  const weights = stagedNetworkWeights(1, 5);
  const maps: Map[] = [{ channels: 3, side: 9, data: [...pixels] }];
  for (const i of [0, 1, 2]) maps.push(stage(maps.at(-1)!, weights[`stage.${i}`]!));
  const last = maps[3]!;
  const places = last.side ** 2;
  const means = Array.from(
    { length: 32 },
    (_, c) => last.data.slice(c * places, (c + 1) * places).reduce((a, b) => a + b) / places,
  );
  const { 'head.weight': head, 'head.bias': bias } = weights;
  const features = Array.from({ length: 5 }, (_, j) =>
    means.reduce((sum, value, c) => sum + value * head!.data[c * 5 + j]!, bias!.data[j]!),
  );
  const setup = { where: 'test', model: stagedNetworkModel(1, 5), providers: ['cpu'], threads: 1, spinning: false };
  const session = await openSession(setup, running);
  const names = ['feature_maps.0', 'feature_maps.1', 'feature_maps.2', 'features'];
  const { outputs } = await session.run({ pixel_values: { type: 'float32', shape: [1, 3, 9, 9], data: pixels } }, names, running);
  await session.close();
  for (const [i, expected] of [...maps.slice(1).map(({ data }) => data), features].entries()) {
    const found = Array.from(outputs[names[i]!]!.data as Float32Array);
    expect(found).toHaveLength(expected.length);
    for (const [j, value] of found.entries()) expect(value).toBeCloseTo(expected[j]!, 5); // float32, up to 144 products
  }
  expect(outputs['feature_maps.2']!.shape).toEqual([1, 32, 2, 2]);
});
