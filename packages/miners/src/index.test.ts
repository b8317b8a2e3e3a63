import {
  type ContrastBatch,
  eachExcluded,
  eachWeight,
  onlyColumns,
  pairs,
  type Mixer,
  sparseExclusion,
  sparseWeights,
} from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { createRandom } from '@viewforge/random';
import { features, tensor, values } from '@viewforge/tensor';
import { exampleBatches, exampleFeatures, obeysMixerLaws, obeysPluginLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { plugin } from './index.ts';
import { sidesOf } from './sides.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
const miners = plugin.provides.map((factory) => factory() as Mixer<'contrast'>);

obeysPluginLaws(plugin);

function mined(miner: Mixer<'contrast'>, batch: ContrastBatch, seed = 0): ContrastBatch {
  return miner.apply(batch, miner.draw(batch, createRandom(seed), now));
}

function sidesOfAll(batch: ContrastBatch) {
  return Array.from({ length: batch.queries.shape[0]! }, (_, row) => row).map(sidesOf(batch));
}

/** Every target as it is given, by row and column. */
function targetsOf({ queries, targets }: ContrastBatch): Map<number, number>[] {
  return Array.from({ length: queries.shape[0]! }, (_, row) => {
    const found = new Map<number, number>();
    eachWeight(targets, row, (column, weight) => found.set(column, weight));
    return found;
  });
}

const rows = exampleFeatures(4, 3, 1);
const corners: readonly (readonly [string, ContrastBatch])[] = [
  ['no query', { ...pairs(features(new Float32Array(0), 0, 3), rows), targets: sparseWeights([]) }],
  ['no key', { ...pairs(rows, rows), keys: [], targets: sparseWeights([[], [], [], []]) }],
  ['no positive', { ...pairs(rows, rows), targets: sparseWeights([[], [], [], []]) }],
  ['no negative', { ...pairs(rows, rows), excluded: onlyColumns([[0], [1], [2], [3]]) }],
  ['nothing to see', { ...pairs(rows, rows), targets: sparseWeights([[], [], [], []]), excluded: onlyColumns([[], [], [], []]) }],
  ['one pair', pairs(exampleFeatures(1, 3, 1), exampleFeatures(1, 3, 2))],
  ['rows of zeros', pairs(features(new Float32Array(12), 4, 3), features(new Float32Array(12), 4, 3))],
  ['the same row everywhere', pairs(features(new Float32Array(12).fill(2), 4, 3), features(new Float32Array(12).fill(2), 4, 3))],
  ['rows and their opposites', pairs(rows, features(values(rows).map((value) => -value) as Float32Array, 4, 3))],
];

describe.each(miners.map((miner) => [miner.name, miner] as const))('%s', (_, miner) => {
  obeysMixerLaws(miner, [...exampleBatches().map(({ batch }) => batch), ...corners.map(([, batch]) => batch)]);

  test.each([0, 1, 2, 3, 4])('shows a query nothing but what it saw, positives as positives (example batches %d)', (seed) => {
    for (const { batch } of exampleBatches(seed)) {
      const left = mined(miner, batch, seed);
      const [before, after] = [sidesOfAll(batch), sidesOfAll(left)];
      after.forEach(({ positives, negatives }, row) => {
        expect(before[row]!.positives).toEqual(expect.arrayContaining([...positives]));
        expect(before[row]!.negatives).toEqual(expect.arrayContaining([...negatives]));
      });
      for (const name of ['queries', 'keys', 'extras', 'queryWeights'] as const) expect(left[name]).toBe(batch[name]);
    }
  });

  test('weighs the positives that are left relative to each other as before, and to a sum of 1', () => {
    for (const { batch } of exampleBatches(6)) {
      const [before, after] = [targetsOf(batch), targetsOf(mined(miner, batch))];
      after.forEach((ofRow, row) => {
        const given = [...ofRow.keys()].reduce((sum, column) => sum + before[row]!.get(column)!, 0);
        for (const [column, weight] of ofRow) expect(weight).toBeCloseTo(before[row]!.get(column)! / given, 6); // float32
      });
    }
  });

  test.each(corners)('%s: counts stay, and a loss of what is left is finite', (name, batch) => {
    const left = mined(miner, batch);
    expect(sidesOfAll(left)).toHaveLength(batch.queries.shape[0]!);
    if (name === 'nothing to see') expect(sidesOfAll(left)).toEqual(Array(4).fill({ positives: [], negatives: [] }));
    expect(Number.isFinite(infoNce().measure(left).value)).toBe(true);
  });

  test('leaves triplets whose columns are seen', () => {
    const triplets = {
      queries: Int32Array.of(0, 1, 2, 2),
      positives: Int32Array.of(0, 1, 2, 2),
      negatives: Int32Array.of(1, 3, 0, 1),
    };
    const left = mined(miner, { ...pairs(rows, exampleFeatures(4, 3, 2)), triplets });
    const sides = sidesOfAll(left);
    expect(left.triplets).toBeDefined();
    left.triplets!.queries.forEach((query, e) => {
      expect(sides[query]!.positives).toContain(left.triplets!.positives[e]);
      expect(sides[query]!.negatives).toContain(left.triplets!.negatives[e]);
    });
  });

  test('hands gradients back as they are', () => {
    const batch = pairs(rows, rows);
    const gradients = { queries: rows, keys: [undefined] };
    expect(miner.pullback!(batch, miner.draw(batch, createRandom(0), now), gradients)).toBe(gradients);
  });

  test('a number that is none is told where it is seen, and ignored where it is not', () => {
    const data = Float64Array.from(values(exampleFeatures(5, 3, 3)));
    data[4 * 3 + 1] = Number.NaN;
    const batch = pairs(rows, features(data, 5, 3));
    expect(() => mined(miner, batch)).toThrow(
      expect.objectContaining({ code: 'NOT_FINITE', message: expect.stringContaining('key 4') }),
    );
    const hidden = mined(miner, { ...batch, excluded: sparseExclusion([[4], [4], [4], [4]]) });
    for (const { positives, negatives } of sidesOfAll(hidden)) expect([...positives, ...negatives]).not.toContain(4);
    const broken = { ...pairs(features(data, 5, 3), exampleFeatures(5, 3, 1)) };
    expect(() => mined(miner, broken)).toThrow(expect.objectContaining({ message: expect.stringContaining('query 4') }));
  });

  test('keys of another width are told', () => {
    const batch = pairs(rows, exampleFeatures(4, 2, 1));
    expect(() => mined(miner, batch)).toThrow(expect.objectContaining({ code: 'SHAPE', where: miner.name }));
  });

  test('keys in blocks are keys in one', () => {
    const [one, all] = [exampleFeatures(3, 3, 5), exampleFeatures(7, 3, 6)];
    const joined = features(Float32Array.of(...values(one), ...values(all)), 10, 3);
    const batch = pairs(rows, joined);
    const blocks = mined(miner, { ...batch, keys: [one, features(new Float32Array(0), 0, 3), all] });
    expect(sidesOfAll(blocks)).toEqual(sidesOfAll(mined(miner, batch)));
  });

  test('says what a query may see as an exclusion of all else', () => {
    const left = mined(miner, {
      ...pairs(rows, rows),
      targets: { kind: 'dense', values: tensor(new Float32Array(16).fill(0.25), [4, 4]) },
    });
    expect(left.excluded.kind).toBe('except');
    let hidden = 0;
    eachExcluded(left, 0, () => hidden++);
    const { positives, negatives } = sidesOfAll(left)[0]!;
    expect(hidden + positives.length + negatives.length).toBe(4);
  });
});
