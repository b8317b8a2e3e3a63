import {
  type ContrastBatch,
  type Exclusion,
  excludedRanges,
  type Mixer,
  onlyColumns,
  pairs,
  sparseExclusion,
  sparseWeights,
} from '@viewforge/core';
import { withTwins } from '@viewforge/kernels';
import { mixerSession } from '@viewforge/onnx';
import { createRandom, type Random } from '@viewforge/random';
import { type Features, features, tensor, unitRows, values } from '@viewforge/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { mochi } from '../mochi.ts';
import { synCo } from '../syn-co.ts';

const now = { epoch: 0, step: 0, fraction: 0 };
const mixers = {
  mochi: mochi({ pool: 8, count: 12, queryCount: 6, warmUp: 0 }),
  synCo: synCo({ pool: 8, counts: [3, 3, 3, 2, 2, 2], warmUp: 0 }),
};
type Name = keyof typeof mixers;
const sessions = {
  mochi: mixerSession(mixers.mochi, { from: 0 }),
  synCo: mixerSession(mixers.synCo, { from: 0 }),
};
afterAll(() => Promise.all(Object.values(sessions).map((each) => each.close())));

const [n, d] = [5, 8];

function rows(count: number, random: Random): Features {
  return features(
    Float32Array.from({ length: count * d }, () => random.normal(0, 1)),
    count,
    d,
  );
}

function someColumns(random: Random, k: number, share: number): number[][] {
  return Array.from({ length: n }, () => Array.from({ length: k }, (_, column) => column).filter(() => random.chance(share)));
}

/** Own keys that do not learn, rows of a batch, and two chunks of a queue of length 1; one in four rows of the second is one of the first. */
function batchOf(seed: number, exclude: (random: Random, k: number) => Exclusion): ContrastBatch {
  const random = createRandom('agree').fork(seed);
  const [own, others] = [rows(n, random), rows(7, random)];
  const chunks = [151 + (seed % 3), 83].map((count) => unitRows(rows(count, random)).rows);
  const [first, second] = chunks.map(values) as [Float32Array, Float32Array];
  for (let row = 0; row < 83; row += 4) second.set(first.subarray(row * d, (row + 1) * d), row * d);
  const keys = [own, others, ...chunks];
  const excluded = exclude(
    random,
    keys.reduce((sum, { shape }) => sum + shape[0]!, 0),
  );
  return { ...pairs(rows(n, random), own), keys, excluded, frozen: [false, false, true, true] };
}

const exclusions: Readonly<Record<string, (random: Random, k: number) => Exclusion>> = {
  none: () => ({ kind: 'none' }),
  'own keys alone, as beside a queue': () => excludedRanges(Array.from({ length: n }, (_, i) => [[0, i], [i + 1, n]])), // biome-ignore format: pairs
  'columns here and there': (random, k) => sparseExclusion(clear(someColumns(random, k, 0.2))),
  'all but a few': (random, k) => onlyColumns(someColumns(random, k, 0.1)),
  'fewer than are to be found': (random, k) => onlyColumns(someColumns(random, k, 0.02)),
  'nothing at all for one query': () => onlyColumns([[5, 6, 20], [], [7, 30, 31], [100], [101, 102]]),
};

/** An excluded column has target 0. */
function clear(columns: number[][]): number[][] {
  return columns.map((row, i) => row.filter((column) => column !== i));
}

describe.each(Object.keys(mixers) as Name[])('the model of %s makes what the kernel and its twin make', (name) => {
  test.each(Object.keys(exclusions))('exclusion: %s', async (which) => {
    for (let seed = 0; seed < 4; seed++) await agrees(name, batchOf(seed, exclusions[which]!), seed);
  });
  test('extras stay in front', async () => {
    const extras = { values: tensor(new Float32Array(n * 2 * d).fill(1), [n, 2, d]), counts: Int32Array.of(2, 1, 0, 2, 1) };
    await agrees(name, { ...batchOf(9, exclusions['none']!), extras }, 9);
  });
  test('soft targets and several positives', async () => {
    const targets = sparseWeights(Array.from({ length: n }, (_, i) => [[i, 0.5], [20 + 3 * i, 0.5]])); // biome-ignore format: pairs
    await agrees(name, { ...batchOf(3, exclusions['none']!), targets }, 3);
  });
});

test('of equal similarities the lower column leads, in groups as well as without', async () => {
  const k = 400;
  // the same cosine with the query for all, another second feature for each
  const keys = Float32Array.from({ length: 3 * k }, (_, at) => [0.5, 1, at / 1000][at % 3]!);
  for (let row = 0; row < k; row++) {
    const length = Math.hypot(keys[3 * row + 1]!, keys[3 * row + 2]!);
    keys[3 * row] = Math.fround(0.5);
    for (const i of [1, 2]) keys[3 * row + i] = (keys[3 * row + i]! / length) * Math.sqrt(0.75);
  }
  const batch = {
    ...pairs(features(Float32Array.of(1, 0, 0), 1, 3), features(keys, k, 3)),
    targets: sparseWeights([[]]),
    frozen: [true],
  };
  for (const pool of [4, 100]) {
    const mixer = mochi({ pool, count: 300, queryCount: 0, warmUp: 0 });
    const session = mixerSession(mixer, { from: 0 });
    const params = mixer.draw(batch, createRandom(pool), now);
    const mixed = await session.apply(batch, params);
    // features 1 and 2 of a mixture lie between those of the first and the last row of the pool
    const [first, last] = [keys[2]! / keys[1]!, keys[3 * pool - 1]! / keys[3 * pool - 2]!];
    const found = values(mixed.extras!.values);
    for (let r = 0; r < 300; r++) {
      const slope = found[3 * r + 2]! / found[3 * r + 1]!;
      expect(slope).toBeGreaterThanOrEqual(first - 1e-5);
      expect(slope).toBeLessThanOrEqual(last + 1e-5);
    }
    expect(session.counts()).toMatchObject({ graph: 1, direct: 0 });
    await session.close();
  }
});

test('exclusions of very many columns go through a mask', async () => {
  const [count, k] = [64, 20_000];
  const random = createRandom('mask');
  const own = features(
    Float32Array.from({ length: count * d }, () => random.normal(0, 1)),
    count,
    d,
  );
  const queue = unitRows(rows(k, random)).rows;
  const excluded = onlyColumns(
    Array.from({ length: count }, (_, i) => [i, ...Array.from({ length: 50 }, (_, j) => 64 + 300 * j + i)]),
  );
  const batch: ContrastBatch = { ...pairs(own, own), keys: [own, queue], excluded, frozen: [false, true] };
  expect(mixers.mochi.graph!.plan(batch, mixers.mochi.draw(batch, createRandom(1), now))!.feeds()).toHaveProperty('mask');
  await agrees('mochi', batch, 1);
});

test('rows that cancel out are left out', async () => {
  const mixer = mochi({ pool: 2, count: 600, queryCount: 0, warmUp: 0 });
  const session = mixerSession(mixer, { from: 0 });
  const batch = { ...pairs(features(Float32Array.of(0, 1), 1, 2), features(Float32Array.of(0, 1, 0, 0, 0, 0), 3, 2)) };
  const mixed = await session.apply(batch, mixer.draw(batch, createRandom(1), now));
  expect(session.counts().graph).toBe(1);
  expect(mixed.extras!.counts[0]).toBe(0); // rows of zeros alone
  await session.close();
});

describe('batches that the model is not made for have no plan', () => {
  const plan = (batch: ContrastBatch) => mixers.mochi.graph!.plan(batch, mixers.mochi.draw(batch, createRandom(1), now));
  const good = batchOf(1, exclusions['none']!);
  test('a good one has', () => expect(plan(good)).toBeDefined());
  test('float64', () =>
    expect(plan(pairs(tensor(Float64Array.from(values(good.queries)), [n, d]), good.keys[0]!))).toBeUndefined());
  test('NaN in a row that may be found', () => {
    const broken = features((values(good.keys[1]!) as Float32Array).slice(), 7, d);
    values(broken)[3] = Number.NaN;
    expect(plan({ ...good, keys: [good.keys[0]!, broken, ...good.keys.slice(2)] })).toBeUndefined();
  });
  test('a query that is not finite', () => {
    const broken = features((values(good.queries) as Float32Array).slice(), n, d);
    values(broken)[3] = Number.POSITIVE_INFINITY;
    expect(plan({ ...good, queries: broken })).toBeUndefined();
  });
  test('nothing to be found', () => expect(plan(batchOf(1, () => onlyColumns([[0], [1], [2], [3], [4]])))).toBeUndefined());
  test('nothing to be made', () => expect(mixers.mochi.graph!.plan(good, null)).toBeUndefined());
});

test('a block of which no query may find anything is not fed', () => {
  const batch = batchOf(1, exclusions['own keys alone, as beside a queue']!);
  const plan = mixers.mochi.graph!.plan(batch, mixers.mochi.draw(batch, createRandom(1), now))!;
  const { rows: stacked } = plan.feeds() as { rows: { blocks: Features[] } };
  expect(stacked.blocks.map(({ shape }) => shape[0])).not.toContain(5);
  expect(stacked.blocks[1]).toBe(batch.keys[2]); // of a queue the block itself
});

async function agrees(name: Name, batch: ContrastBatch, seed: number): Promise<void> {
  const mixer: Mixer<'contrast'> = mixers[name] as never;
  const params = mixer.draw(batch, createRandom(seed), now);
  const before = sessions[name].counts().graph;
  const mixed = (await sessions[name].apply(batch, params)).extras!;
  expect(sessions[name].counts().graph).toBe(before + 1);
  for (const direct of [mixer.apply(batch, params), withTwins(() => mixer.apply(batch, params))]) {
    expect(mixed.counts).toEqual(direct.extras!.counts);
    const [, s] = mixed.values.shape as [number, number, number];
    const [found, wanted] = [values(mixed.values), values(direct.extras!.values)];
    mixed.counts.forEach((count, query) => {
      for (let at = query * s * d; at < (query * s + count) * d; at++) {
        if (!(Math.abs(found[at]! - wanted[at]!) <= 1e-5)) expect(found[at], `query ${query}, number ${at}`).toBe(wanted[at]);
      }
    });
  }
}
