import type { EncodedViews, Pairing } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Tensor, values } from '@viewforge/tensor';
import { exampleEncodedViews, gradientError } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { bothWays } from './both-ways.ts';
import { byLabel } from './by-label.ts';
import { globalLocal } from './global-local.ts';
import { graded } from './graded.ts';
import { inBatch } from './in-batch.ts';
import { nearestNeighbor } from './nearest-neighbor.ts';
import { queue } from './queue.ts';
import { relational } from './relational.ts';

// The whole way back: from the loss of a batch to the views it was made of, against central differences in the views.

const progress = { epoch: 0, step: 1, fraction: 0 };
const small = { capacity: 7, startRandom: true };
const growing = { capacity: 7, startRandom: false };

interface Way {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: pairings of different states in one table
  readonly pairing: Pairing<any>;
  readonly encoded: EncodedViews;
  /** Views that gradients flow to, as "role index"; none of the others gets one. */
  readonly to: readonly string[];
  /** Batches before this one. */
  readonly before: number;
}

const view2 = exampleEncodedViews({ items: 4 });
const crops: EncodedViews = {
  ...view2,
  views: { global: view2.views['view']!, local: exampleEncodedViews({ items: 4, views: 2, seed: 1 }).views['view']! },
};
const both = ['view 0', 'view 1'];
const ways: readonly Way[] = [
  { name: 'in-batch', pairing: inBatch(), encoded: view2, to: both, before: 0 },
  { name: 'both-ways', pairing: bothWays(), encoded: view2, to: both, before: 0 },
  { name: 'both-ways, classes excluded', pairing: bothWays({ exclude: 'labels' }), encoded: view2, to: both, before: 0 },
  { name: 'by-label', pairing: byLabel(), encoded: view2, to: both, before: 0 },
  { name: 'queue', pairing: queue(small), encoded: view2, to: ['view 0'], before: 1 },
  { name: 'queue, keys too', pairing: queue({ ...small, gradientToKeys: true }), encoded: view2, to: both, before: 1 },
  { name: 'queue of no rows', pairing: queue({ capacity: 0, gradientToKeys: true }), encoded: view2, to: both, before: 1 },
  {
    name: 'global-local',
    pairing: globalLocal(),
    encoded: crops,
    to: ['global 0', 'global 1', 'local 0', 'local 1'],
    before: 0,
  },
  {
    name: 'global-local, local crops ask alone',
    pairing: globalLocal({ queryRoles: ['local'] }),
    encoded: crops,
    to: ['global 0', 'global 1', 'local 0', 'local 1'],
    before: 0,
  },
  { name: 'nearest-neighbor, nothing to be near', pairing: nearestNeighbor(growing), encoded: view2, to: both, before: 0 },
  { name: 'nearest-neighbor', pairing: nearestNeighbor(growing), encoded: view2, to: both, before: 1 },
  {
    name: 'nearest-neighbor, one way',
    pairing: nearestNeighbor({ ...growing, directions: 'one' }),
    encoded: view2,
    to: ['view 1'],
    before: 1,
  },
  { name: 'relational', pairing: relational(small), encoded: view2, to: ['view 0'], before: 1 },
  { name: 'graded', pairing: graded(), encoded: crops, to: ['global 0', 'local 0', 'local 1'], before: 0 },
  {
    name: 'graded, others unseen',
    pairing: graded({ others: 'unseen' }),
    encoded: exampleEncodedViews({ items: 3, views: 4 }),
    to: ['view 0', 'view 1', 'view 2', 'view 3'],
    before: 0,
  },
];

describe.each(ways)('$name', ({ pairing, encoded, to, before }) => {
  let state = pairing.start();
  const earlier = exampleEncodedViews({ items: 4, seed: 9, ids: ['a', 'b', 'c', 'd'] });
  for (let step = 0; step < before; step++) state = pairing.pair(earlier, state, progress).state;
  const places = Object.entries(encoded.views).flatMap(([role, views]) => views.map((_, index) => ({ role, index })));
  const inputs = places.map(({ role, index }) => encoded.views[role]![index]!.features);
  const loss = infoNce({ temperature: 0.5 });
  const paired = pairing.pair(encoded, state, progress);
  const { gradients } = loss.differentiate(paired.batch);
  const pulled = paired.pullback(gradients);
  const flows = ({ role, index }: { role: string; index: number }) => to.includes(`${role} ${index}`);

  test('gradients of the loss reach the views', () => {
    const analytic = places.map((place) => (flows(place) ? pulled[place.role]![place.index] : undefined));
    const valueAt = (moved: readonly Tensor[]) =>
      loss.measure(pairing.pair(withFeatures(encoded, moved), state, progress).batch).value;
    const { worst, where, scale } = gradientError(valueAt, inputs, analytic);
    expect(worst, where).toBeLessThan(1e-7); // central differences with steps of 1e-6
    expect(scale).toBeGreaterThan(1e-3);
  });

  test('and no other views', () => {
    const others = places.filter((place) => !flows(place)).map(({ role, index }) => pulled[role]![index]!);
    expect(others.flatMap((each) => [...values(each)]).filter((each) => each !== 0)).toEqual([]);
  });
});

function withFeatures(encoded: EncodedViews, moved: readonly Tensor[]): EncodedViews {
  let next = 0;
  const views = Object.entries(encoded.views).map(
    ([role, list]) => [role, list.map((view) => ({ ...view, features: moved[next++]! }))] as const,
  );
  return { ...encoded, views: Object.fromEntries(views) };
}
