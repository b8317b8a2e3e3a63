import { createRandom } from '@viewforge/random';
import { copy, type Image, image, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';
import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { sequence } from './sequence.ts';
import { sometimes } from './sometimes.ts';

/** The image with an amount added everywhere. */
function added(input: Image, amount: number): Image {
  const result = copy(input);
  for (const [i, value] of values(result).entries()) values(result)[i] = value + amount;
  return result;
}

/** Adds what it drew, by itself. */
const alone: Augmenter<'image', 'image', number> = {
  kind: 'augmenter',
  name: 'alone',
  version: 1,
  accepts: 'image',
  returns: 'image',
  draw: (_shape, random) => random.uniform(0, 1),
  reshape: (shape) => shape,
  apply: added,
};
const pixel = (value: number): Image => image(Float32Array.of(value), 1, 1, 1);
const start = { epoch: 0, fraction: 0 };

describe('neighbors that can be worked off together', () => {
  const runs: number[][] = [];
  /** Adds amounts one after the other, and notes how many there were. */
  const addAll = (input: Image, amounts: readonly number[]): Image => {
    runs.push([...amounts]);
    return amounts.reduce(added, input);
  };
  const fused = (amount: number): Augmenter<'image', 'image', number> => ({
    kind: 'augmenter',
    name: 'fused',
    version: 1,
    accepts: 'image',
    returns: 'image',
    draw: () => amount,
    reshape: (shape) => shape,
    apply: added,
    fusion: { run: addAll, steps: (params) => [params] },
  });
  const made = (part: Augmenter<'image', 'image', readonly Json[]>) => {
    runs.length = 0;
    return values(part.apply(pixel(0), part.draw([1, 1, 1], createRandom(1), start)))[0];
  };

  test('run at once as far as they stand side by side, and give what one after the other gives', () => {
    const plain = sequence(fused(1), fused(2), alone, fused(4), fused(8), fused(16));
    const params = plain.draw([1, 1, 1], createRandom(1), start);
    runs.length = 0;
    const result = values(plain.apply(pixel(0), params))[0]!;
    expect(runs).toEqual([
      [1, 2],
      [4, 8, 16],
    ]);
    expect(result).toBeCloseTo(31 + (params[2] as number), 4); // float32
  });

  test('gates and inner sequences take part; a part that stays out adds no step', () => {
    expect(made(sequence(fused(1), sometimes(1, fused(2)), sometimes(0, fused(64)), sequence(fused(4), fused(8))))).toBe(15);
    expect(runs).toEqual([[1, 2, 4, 8]]);
  });

  test('a part alone is applied as it is', () => {
    expect(made(sequence(fused(1), alone, fused(2)))).toBeDefined();
    expect(runs).toEqual([]);
  });
});
