import { type ContrastBatch, type Loss, pairs, sparseExclusion, sparseWeights } from '@viewforge/core';
import { wasmSimd, withTwins } from '@viewforge/kernels';
import { bothWays } from '@viewforge/pairings';
import { type Features, type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleFeatures } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { decoupled } from './decoupled.ts';
import { goesByKernels } from './float-passes.ts';
import { hardWeighted } from './hard-weighted.ts';
import { infoNce } from './info-nce.ts';
import { ntXent } from './nt-xent.ts';
import { openComparison } from './comparison.ts';
import { spectralContrastive } from './spectral-contrastive.ts';

// neither widths nor counts are multiples of what the kernels work in
const [n, d] = [101, 45];
const both = bothWays().pair(
  {
    items: Array.from({ length: 130 }, (_, i) => ({ id: `${i}` })),
    views: { view: [1, 2].map((seed) => ({ features: exampleFeatures(130, d, seed), blend: { kind: 'identity' } as const })) },
  },
  null,
  { epoch: 0, step: 0, fraction: 0 },
).batch;
const queued: ContrastBatch = {
  queries: exampleFeatures(n, d, 3),
  keys: [exampleFeatures(n, d, 4), exampleFeatures(307, d, 5)],
  targets: sparseWeights(Array.from({ length: n }, (_, i) => (i === 7 ? [] : [[i, 0.75] as const, [n + 2 * i, 0.25] as const]))),
  excluded: sparseExclusion(Array.from({ length: n }, (_, i) => (i % 3 === 0 ? [(i + 1) % n, n + 250] : []))),
  queryWeights: Float64Array.from({ length: n }, (_, i) => i % 4),
};
const batches: readonly (readonly [string, ContrastBatch])[] = [
  ['two views against all', both],
  ['blocks, soft targets, exclusions, weights', queued],
  ['a queue that does not learn', { ...queued, frozen: [false, true] }],
  [
    'extras',
    {
      ...pairs(exampleFeatures(260, d, 6), exampleFeatures(260, d, 7)),
      extras: {
        values: tensor(values(exampleFeatures(260 * 5, d, 8)), [260, 5, d]),
        counts: new Int32Array(260).map((_, i) => i % 6),
      },
    },
  ],
  ['a row of zeros', pairs(withZeros(exampleFeatures(160, d, 1)), exampleFeatures(160, d, 2))],
];

test('the kernels run here, and take these batches', () => {
  expect(wasmSimd().available).toBe(true);
  for (const [, batch] of batches)
    expect(goesByKernels(openComparison(batch, { temperature: 1, similarity: 'cosine' }, ''))).toBe(true);
});

test('float64, small batches, rows that are not finite and a process without kernels go the other way', () => {
  const goes = (batch: ContrastBatch): boolean =>
    goesByKernels(openComparison(batch, { temperature: 1, similarity: 'cosine' }, ''));
  const [, [, batch]] = batches as [unknown, (typeof batches)[0]];
  expect(goes(inFloat64(batch))).toBe(false);
  expect(goes(pairs(exampleFeatures(8, 8, 1), exampleFeatures(8, 8, 2)))).toBe(false);
  const broken = exampleFeatures(160, d, 1);
  values(broken)[3] = Number.NaN;
  expect(goes(pairs(broken, exampleFeatures(160, d, 2)))).toBe(false);
});

describe.each(batches)('float32 by the kernels is float64 but for its rounding: %s', (_, batch) => {
  test.each<readonly [string, Loss]>([
    ['InfoNCE, positives each', infoNce({ temperature: 0.1 })],
    ['InfoNCE, positives apart', infoNce({ temperature: 0.5, positives: 'apart' })],
    ['InfoNCE, positives as a sum', infoNce({ temperature: 0.07, positives: 'sum' })],
    ['dot products', infoNce({ temperature: 3, similarity: 'dot' })],
    ['NT-Xent, temperature 0.01', ntXent({ temperature: 0.01 })],
    ['decoupled', decoupled()],
    ['hard-weighted', hardWeighted()],
    ['spectral', spectralContrastive()],
  ])('%s', (_, loss) => agrees(loss, batch));
});

test('without extras the twins of the kernels give the same bits', () => {
  const [, batch] = batches[1]!;
  const small = { ...batch, keys: batch.keys.map((each) => each) };
  const found = infoNce().differentiate(small);
  const again = withTwins(() => infoNce().differentiate(small));
  expect([...values(again.gradients.queries!)]).toEqual([...values(found.gradients.queries!)]);
  expect(again.value).toBe(found.value);
});

/** Relative to the largest number of each: cosines of float32 are off by 1e-7, logits by that over the temperature. */
function agrees(loss: Loss, batch: ContrastBatch): void {
  const found = loss.differentiate(batch);
  const wanted = loss.differentiate(inFloat64(batch));
  close('value', [found.value], [wanted.value], 2e-6);
  close('perQuery', found.perQuery, wanted.perQuery, 1e-5);
  const { queries, keys, extras } = found.gradients;
  close('queries', values(queries!), values(wanted.gradients.queries!), 1e-5);
  for (const [b, own] of keys!.entries()) {
    const theirs = wanted.gradients.keys![b];
    expect(own === undefined, `keys ${b}`).toBe(batch.frozen?.[b] === true);
    if (own) close(`keys ${b}`, values(own), values(theirs!), 1e-5);
  }
  if (extras) close('extras', values(extras), values(wanted.gradients.extras!), 1e-5);
  for (const [name, value] of Object.entries(wanted.parts)) close(name, [found.parts[name]!], [value], 1e-4);
}

function close(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  let most = 1e-3;
  for (let i = 0; i < expected.length; i++) if (Math.abs(expected[i]!) > most) most = Math.abs(expected[i]!);
  for (let i = 0; i < expected.length; i++) {
    if (Number.isNaN(expected[i]!)) expect(actual[i], `${what} ${i}`).toBeNaN();
    else if (!(Math.abs(actual[i]! - expected[i]!) <= tolerance * most))
      expect(actual[i], `${what} ${i} of up to ${most}`).toBe(expected[i]);
  }
}

function inFloat64(batch: ContrastBatch): ContrastBatch {
  const wide = (rows: Tensor): Tensor => tensor(Float64Array.from(values(rows)), rows.shape);
  const queries = wide(batch.queries);
  const { extras } = batch;
  return {
    ...batch,
    queries,
    keys: batch.keys.map((each) => (each === batch.queries ? queries : wide(each))),
    ...(extras && { extras: { ...extras, values: wide(extras.values) } }),
  };
}

function withZeros(rows: Features): Features {
  values(rows).fill(0, 2 * d, 3 * d);
  return rows;
}

test('rows or temperatures that float32 cannot hold the logits of are compared in float64', () => {
  const long = (rows: Features): Features => tensor(values(rows).map((each: number) => each * 1e20) as Float32Array, rows.shape);
  const far = pairs(long(exampleFeatures(160, d, 1)), long(exampleFeatures(160, d, 2)));
  const loss = infoNce({ similarity: 'dot', temperature: 1e38 });
  expect(loss.measure(far).value).toBeCloseTo(loss.measure(inFloat64(far)).value, 12);
  const batch = pairs(exampleFeatures(160, d, 1), exampleFeatures(160, d, 2));
  expect(Number.isFinite(infoNce({ temperature: 1e-39 }).measure(batch).value)).toBe(true);
});
