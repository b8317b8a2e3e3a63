import type { Mixer } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { featureTransformation } from '@viewforge/mix-features';
import { mochi } from '@viewforge/mix-mochi';
import { queue } from '@viewforge/pairings';
import { createRandom } from '@viewforge/random';
import { features, tensor, values } from '@viewforge/tensor';
import { describe, expect, test } from 'vitest';

// the trainer of the benchmark, which is plain JavaScript
const benchOf = (name: string) => import(new URL(`../../bench/digits/${name}.mjs`, import.meta.url).href);
const { createHead, forward } = await benchOf('head');
const { lossAndGradients, train } = await benchOf('train');

const methods: readonly (readonly [string, readonly Mixer<'contrast'>[]])[] = [
  ['plain InfoNCE', []],
  // synthetic negatives of a query itself are held constant by the method, so that differences would see more than the gradient
  ['MoCHi', [mochi({ pool: 4, count: 3, queryCount: 0, warmUp: 0 })]],
  ['FT', [featureTransformation()]],
  ['both', [mochi({ pool: 4, count: 3, queryCount: 0, warmUp: 0 }), featureTransformation()]],
];

describe.each(methods)('a head trained with %s', (_name, mixers) => {
  const loss = infoNce({ temperature: 0.5, similarity: 'dot' });

  test('gradients through head, mixers and loss agree with differences', () => {
    const sizes = { width: 5, hidden: 8, out: 4, precision: Float64Array };
    const [head, keyHead] = [createHead({ ...sizes, seed: 1 }), createHead({ ...sizes, seed: 2 })];
    const items = ['a', 'b', 'c'].map((id) => ({ id }));
    const batch = { items, queries: rowsOf(3, 5, 'queries'), keys: rowsOf(3, 5, 'keys') };
    const pairing = queue({ capacity: 16 });
    const progress = { epoch: 3, step: 7, fraction: 0.5, random: createRandom(9) };
    const measure = (moved: object) =>
      lossAndGradients({ head: moved, keyHead }, batch, { pairing, loss, mixers }, pairing.start(), progress);
    const { gradients } = measure(head);
    for (const [name, weight] of Object.entries(head as Record<string, ReturnType<typeof tensor>>)) {
      for (let i = 0; i < values(weight).length; i += 3) {
        const [up, down] = [1e-6, -1e-6].map((by) => {
          const changed = Float64Array.from(values(weight));
          changed[i]! += by;
          return measure({ ...head, [name]: tensor(changed, weight.shape) }).value as number;
        });
        expect(Math.abs(values(gradients[name])[i]! - (up! - down!) / 2e-6), `${name} ${i}`).toBeLessThan(1e-7);
      }
    }
  });

  test('training lowers the loss, keeps rows at length 1, and repeats to the bit', () => {
    const pool = clusters();
    const recipe = { pairing: queue({ capacity: 32 }), loss, mixers, rate: 0.01, momentum: 0.9, batchSize: 8, steps: 120 };
    const fresh = () => createHead({ width: 5, hidden: 16, out: 8, seed: 3 });
    const { head, losses } = train(fresh(), pool, recipe, 4);
    const idle = train(fresh(), pool, { ...recipe, rate: 0 }, 4).losses; // the same views and order, nothing learned
    const end = (each: readonly number[]): number => each.slice(-20).reduce((sum, value) => sum + value, 0) / 20;
    expect(end(losses)).toBeLessThan(end(idle) - 0.2);
    const rows = values(forward(head, pool.rows).rows);
    expect(Math.hypot(...rows.slice(0, 8))).toBeCloseTo(1, 6);
    expect(train(fresh(), pool, recipe, 4).losses).toEqual(losses);
  });
});

/** 24 items with three views each, every item at a place of its own. */
function clusters() {
  const random = createRandom(11);
  const centers = Array.from({ length: 24 }, () => Array.from({ length: 5 }, () => random.normal(0, 1)));
  const data = centers.flatMap((center) => [0, 1, 2].flatMap(() => center.map((each) => each + random.normal(0, 0.2))));
  return { rows: features(Float32Array.from(data), 72, 5), views: 3, ids: centers.map((_, i) => `${i}`) };
}

function rowsOf(n: number, d: number, name: string) {
  const random = createRandom(name);
  return features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );
}
