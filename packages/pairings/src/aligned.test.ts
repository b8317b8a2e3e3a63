import type { EncodedViews } from '@viewforge/core';
import { barlowTwins } from '@viewforge/losses';
import { type Features, features, values } from '@viewforge/tensor';
import { exampleEncodedViews, gradientError, matchers, obeysBatchPairingLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { aligned } from './aligned.ts';

expect.extend(matchers);

const start = { epoch: 0, step: 0, fraction: 0 };
const heads: EncodedViews = {
  ...exampleEncodedViews({ items: 3 }),
  views: {
    prediction: exampleEncodedViews({ items: 3 }).views['view']!,
    projection: exampleEncodedViews({ items: 3, width: 4, seed: 2 }).views['view']!,
  },
};

obeysBatchPairingLaws(aligned(), { examples: [exampleEncodedViews({ views: 3 }), heads] });
obeysBatchPairingLaws(aligned({ targets: 'projection' }), { examples: [heads] });
obeysBatchPairingLaws(aligned({ moment: true }), { flows: ['views'] });

test('views are handed on as they are, and targets by the same index', () => {
  const { batch } = aligned({ targets: 'projection' }).pair(heads, aligned().start(), start);
  expect(batch.views).toEqual(heads.views['prediction']!.map((view) => view.features));
  expect(batch.targets).toEqual(heads.views['projection']!.map((view) => view.features));
  const plain = aligned().pair(heads, aligned().start(), start);
  expect(['targets' in plain.batch, 'moment' in plain.batch, plain.state.moment]).toEqual([false, false, null]);
});

test('a gradient for targets goes to their role, and zeros where a loss gives none', () => {
  const { pullback } = aligned({ targets: 'projection' }).pair(heads, aligned().start(), start);
  const gradient = heads.views['prediction']![0]!.features;
  const pulled = pullback({ views: [gradient, undefined], targets: [undefined, gradient] });
  const isThere = (role: string) => pulled[role]!.map((each) => values(each).some((value) => value !== 0));
  expect([isThere('prediction'), isThere('projection')]).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('the gradient of a loss reaches the views', () => {
  const { batch, pullback } = aligned().pair(heads, aligned().start(), start);
  const loss = barlowTwins();
  const pulled = pullback(loss.differentiate(batch).gradients);
  expect(gradientError((views) => loss.measure({ views }).value, batch.views, pulled['prediction']!).worst).toBeLessThan(1e-7);
  expect(pulled['projection']!.every((each) => values(each).every((slope: number) => slope === 0))).toBe(true);
});

describe('moment', () => {
  const views = (...own: readonly (readonly number[])[]): EncodedViews => ({
    items: own.map((_, i) => ({ id: `${i}` })),
    views: {
      view: [0, 1].map((v) => ({
        features: v === 0 ? rows(...own) : rows(...own.map(() => [9, 9])),
        blend: { kind: 'identity' as const },
      })),
    },
  });

  test('it is that before the batch: zeros at first, then tenths of the mean of u u^T of view 0', () => {
    const pairing = aligned({ moment: true });
    const first = pairing.pair(views([3, 4], [0, 2]), pairing.start(), start);
    expect([...values(first.batch.moment!)]).toEqual([0, 0, 0, 0]);
    const second = pairing.pair(views([1, 0], [5, 0]), first.state, start);
    // (0.36 + 0) / 2, 0.48 / 2, (0.64 + 1) / 2
    expect(second.batch.moment!).toBeCloseToTensor(rows([0.018, 0.024], [0.024, 0.082]), 1e-15);
    expect([...second.state.moment!]).toBeCloseToTensor([0.9 * 0.018 + 0.1, 0.9 * 0.024, 0.9 * 0.024, 0.9 * 0.082], 1e-15);
  });

  test('another width asks for a new start', () => {
    const pairing = aligned({ moment: true });
    const { state } = pairing.pair(views([3, 4]), pairing.start(), start);
    expect(() => pairing.pair(exampleEncodedViews(), state, start)).toThrow(
      'expected a moment of [4, 4], got one of 4 numbers; start anew',
    );
  });
});

test.each([
  [
    'NAME',
    () => aligned({ targets: 'teacher' }).pair(heads, aligned().start(), start),
    'expected a role of the plan, got "teacher"',
  ],
  [
    'PLAN',
    () =>
      aligned({ targets: 'projection' }).pair(
        { ...heads, views: { ...heads.views, projection: [heads.views['projection']![0]!] } },
        aligned().start(),
        start,
      ),
    'expected a target for each of 2 views, got 1',
  ],
])('%s', (code, pair, message) => {
  expect(pair).toThrow(expect.objectContaining({ code, message: expect.stringContaining(`aligned: ${message}`) }));
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
