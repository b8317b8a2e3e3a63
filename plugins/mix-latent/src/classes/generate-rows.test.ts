import { createRandom, seedOf } from '@viewforge/random';
import { type Features, features, values } from '@viewforge/tensor';
import { running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { memoryRows, startMemory, updateMemory } from './class-memory.ts';
import { drawGenerated, generatorInputs, transformGenerated } from './generate-rows.ts';
import type { RowNetwork } from './row-network.ts';

/** Twice the first two columns of its input. */
const twice: RowNetwork = {
  run: async ({ input }) => {
    const n = input!.shape[0]!;
    const data = Float32Array.from({ length: 2 * n }, (_, at) => 2 * Number(input!.data[Math.floor(at / 2) * 5 + (at % 2)]));
    return { outputs: { output: { type: 'float32', shape: [n, 2], data } } };
  },
};

test('the seed of the noise is drawn, then the classes, each that the client has as likely', () => {
  const drawn = drawGenerated([2, 5], 2000, createRandom(4));
  const random = createRandom(4);
  expect(drawn.seed).toBe(seedOf(random));
  expect(drawn.labels[0]).toBe([2, 5][random.integer(0, 2)]);
  expect(new Set(drawn.labels)).toEqual(new Set([2, 5]));
  expect(Math.abs(drawn.labels.filter((label) => label === 2).length / 2000 - 0.5)).toBeLessThan(0.056); // five deviations
  expect(() => drawGenerated([], 3, createRandom(1))).toThrow('expected at least one class to choose from, got none');
});

test('a generator gets uniform noise and, behind it, the class', () => {
  const inputs = generatorInputs({ seed: 7, labels: [1, 0, 2] }, 4, 3);
  expect(inputs.shape).toEqual([3, 7]);
  const noise = [0, 1, 2].flatMap((row) => [0, 1, 2, 3].map((e) => inputs.get(row, e)));
  expect(noise.every((each) => each >= 0 && each < 1)).toBe(true);
  expect(new Set(noise).size).toBe(12);
  expect([0, 1, 2].flatMap((row) => [4, 5, 6].map((e) => inputs.get(row, e)))).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1]);
  expect([...values(generatorInputs({ seed: 7, labels: [1, 0, 2] }, 4, 3))]).toEqual([...values(inputs)]);
  expect(() => generatorInputs({ seed: 7, labels: [3] }, 4, 3)).toThrow('expected classes from 0 to 2, got 3');
});

test('a client adds what its network makes of generated features to its mean of the class, or to nothing', async () => {
  const memory = updateMemory(startMemory(3, 2), rows([10, 20]), Int32Array.of(1));
  const labels = Int32Array.of(1, 2);
  const given = { generated: rows([1, 2], [3, 4]), base: memoryRows(memory, labels), labels };
  expect([...values(await transformGenerated(twice, given, 3, running()))]).toEqual([12, 24, 6, 8]);
  const wrong = { ...given, base: memoryRows(memory, Int32Array.of(1)) };
  await expect(transformGenerated(twice, wrong, 3, running())).rejects.toThrow('expected base rows of [2, 2], got [1,2]');
  await expect(transformGenerated(twice, { ...given, labels: [0, 3] }, 3, running())).rejects.toThrow('got 3 in row 1');
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
