import { type EncodedView, eachWeight, type MixContext, type Mixer, type ViewBatch } from '@viewforge/core';
import { infoNce, ntXent } from '@viewforge/losses';
import { bothWays, inBatch } from '@viewforge/pairings';
import { createRandom } from '@viewforge/random';
import { features, type Tensor, tensor, values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { cutMix } from './cut-mix.ts';
import { plugin } from './index.ts';
import { mixPairs, mixup } from './mixup.ts';

const context: MixContext = { epoch: 0, step: 0, fraction: 0 };
const progress = { epoch: 0, step: 0, fraction: 0 };
const rows = exampleViewBatch([5, 4]);

obeysMixerLaws(mixup({ sharing: 'sample', fold: true }), [rows, exampleViewBatch([3, 2, 7])]);

test('labels (1, 0) and (0, 1) mixed by 0.3 are (0.3, 0.7)', () => {
  const mixed = mixPairs(exampleViewBatch([2, 1, 2, 2]), { weights: [0.3], partners: [1, 0] });
  expect(blendRows(mixed).map((row) => row.map((share) => Number(share.toFixed(6))))).toEqual([
    [0.3, 0.7],
    [0.7, 0.3],
  ]);
});

test('weight 1 gives the bytes of the batch and its blend', () => {
  const part = mixup({ law: 'uniform', weightRange: [1, 1] });
  const mixed = part.apply(rows, part.draw(rows, createRandom(1), context));
  expect(values(mixed.values)).toEqual(values(rows.values));
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('one weight for all or one each, folded or not', () => {
  const weights = (part: ReturnType<typeof mixup>) => part.draw(rows, createRandom(3), context)!.weights;
  expect(weights(mixup())).toHaveLength(1);
  expect(weights(mixup({ sharing: 'sample' }))).toHaveLength(5);
  expect(Math.min(...weights(mixup({ sharing: 'sample', fold: true })))).toBeGreaterThanOrEqual(0.5);
});

test('the classes of the batch are handed on', () => {
  const part = mixup();
  expect(part.apply(rows, part.draw(rows, createRandom(1), context)).labels).toBe(rows.labels);
});

/** Features of images [n, ...item] are their elements, in float64. */
function encoded({ values: image, blend }: ViewBatch): EncodedView {
  const n = image.shape[0]!;
  return { features: features(Float64Array.from(values(image)), n, image.data.length / n), blend };
}

/** The views of n items, the first mixed and the second clean. */
function viewsOf(mixed: ViewBatch, clean: ViewBatch) {
  const items = Array.from({ length: clean.values.shape[0]! }, (_, i) => ({ id: `${i}` }));
  return { items, views: { view: [encoded(mixed), encoded(clean)] } };
}

/** -ln softmax at `label` of the cosines of one query with all keys, at temperature 0.5: written out. */
function entropyOf(queries: Tensor, keys: Tensor, row: number, label: number): number {
  const d = queries.shape[1]!;
  const dot = (a: Tensor, i: number, b: Tensor, j: number): number => {
    let sum = 0;
    for (let k = 0; k < d; k++) sum += a.get(i, k) * b.get(j, k);
    return sum;
  };
  const logits = Array.from({ length: keys.shape[0]! }, (_, j) => {
    return dot(queries, row, keys, j) / Math.sqrt(dot(queries, row, queries, row) * dot(keys, j, keys, j)) / 0.5;
  });
  return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label]!;
}

test.each<[string, Mixer<'batch'>]>([
  ['mixup', mixup({ partners: 'no-fixed' })],
  ['cut-mix', cutMix({ partners: 'no-fixed' })],
])('InfoNCE of %s queries is w l(own key) + (1 - w) l(partner key)', (_, part) => {
  const [first, clean] = [exampleViewBatch([6, 3, 8, 8]), exampleViewBatch([6, 3, 8, 8])];
  const drawn = part.draw(first, createRandom(5), context) as { partners: readonly number[] };
  const mixed = part.apply(first, drawn);
  const views = viewsOf(mixed, clean);
  const [query, key] = views.views.view as [EncodedView, EncodedView];
  const weight = blendRows(mixed)[0]![0]!;
  expect(weight).toBeGreaterThan(0.01);
  expect(weight).toBeLessThan(0.99);
  const expected = drawn.partners.map((partner, i) => {
    const [own, other] = [i, partner].map((label) => entropyOf(query.features, key.features, i, label)) as [number, number];
    return weight * own + (1 - weight) * other;
  });
  const loss = infoNce({ temperature: 0.5 }).measure(inBatch().pair(views, null, progress).batch);
  expect(loss.value).toBeCloseTo(expected.reduce((sum, each) => sum + each, 0) / 6, 6); // targets are float32
});

describe('every mixer goes with every pairing and loss', () => {
  test.each(plugin.provides.map((factory) => [factory.about.name, factory] as const))('%s', (_, factory) => {
    const part = factory();
    if (part.kind !== 'mixer' || part.mixes !== 'batch') throw new Error('a mixer of inputs');
    const batch = exampleViewBatch([5, 3, 8, 8]);
    const mixed = part.apply(batch, part.draw(batch, createRandom(2), context)) as ViewBatch;
    for (const pairing of [inBatch(), bothWays()]) {
      const { batch: contrast } = pairing.pair(viewsOf(mixed, batch), null, progress);
      for (let row = 0; row < contrast.queries.shape[0]!; row++) {
        let sum = 0;
        eachWeight(contrast.targets, row, (_column, weight) => {
          sum += weight;
        });
        expect(sum).toBeCloseTo(1, 6);
      }
      const values = [infoNce({ temperature: 0.3 }), ntXent({ temperature: 0.3 })].map((loss) => loss.measure(contrast).value);
      expect(Number.isFinite(values[0])).toBe(true);
      expect(values[1]).toBe(values[0]); // both weigh by the targets
    }
  });
});

test('rows of a table are mixed like images', () => {
  const table = { ...rows, values: tensor(Float32Array.of(0, 2, 4, 6), [2, 2]) };
  expect([...values(mixPairs(table, { weights: [0.5], partners: [1, 0] }).values)]).toEqual([2, 4, 2, 4]);
});
