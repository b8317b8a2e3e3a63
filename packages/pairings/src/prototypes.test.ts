import type { EncodedViews } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleEncodedViews, gradientError, matchers, obeysBatchPairingLaws, obeysPairingLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { prototypes, withPrototypes } from './prototypes.ts';

expect.extend(matchers);

const start = { epoch: 0, step: 0, fraction: 0 };
const multicrop: EncodedViews = {
  ...exampleEncodedViews({ items: 4 }),
  views: {
    global: exampleEncodedViews({ items: 4 }).views['view']!,
    local: exampleEncodedViews({ items: 4, views: 3, seed: 5 }).views['view']!,
  },
};
const few = prototypes({ count: 5, frozenSteps: 0 });

obeysPairingLaws(few, [exampleEncodedViews(), multicrop], ['queries']);
obeysBatchPairingLaws(prototypes({ count: 3, queueSize: 6, queueStart: 0 }), { examples: [multicrop], flows: ['queries'] });

test('all crops ask, the assigning ones first; the keys are prototypes of length 1', () => {
  const { batch } = few.pair(multicrop, few.start(), start);
  expect(batch.queries.shape).toEqual([5 * 4, 4]);
  expect(batch.queries.get(2 * 4 + 1, 3)).toBe(multicrop.views['local']![0]!.features.get(1, 3));
  expect(batch.keys.map(({ shape }) => shape)).toEqual([[5, 4]]);
  for (let k = 0; k < 5; k++) expect(Math.hypot(...[0, 1, 2, 3].map((e) => batch.keys[0]!.get(k, e)))).toBeCloseTo(1, 14);
  expect([...batch.queryWeights!]).toEqual([...Array(8).fill(1), ...Array(12).fill(2)]);
});

test('the gradient of InfoNCE reaches every view, with the assignments held', () => {
  const { batch, pullback } = few.pair(multicrop, few.start(), start);
  const loss = infoNce({ temperature: 0.1 });
  const pulled = pullback(loss.differentiate(batch).gradients);
  const views = [...multicrop.views['global']!, ...multicrop.views['local']!].map((view) => view.features);
  const value = (moved: readonly Features[]) => {
    const queries = tensor(Float64Array.from(moved.flatMap((each) => [...values(each)])), batch.queries.shape);
    return loss.measure({ ...batch, queries }).value;
  };
  const { worst } = gradientError(value, views, [...pulled['global']!, ...pulled['local']!]);
  expect(worst).toBeLessThan(1e-8);
});

test('prototypes that are stepped against their gradient lower the loss', () => {
  const loss = infoNce({ temperature: 0.1 });
  let state = few.start();
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) {
    const paired = few.pair(multicrop, state, { ...start, step });
    const { value, gradients } = loss.differentiate(paired.batch);
    const own = paired.batch.keys[0]!;
    const gradient = values(gradients.keys![0]!);
    const moved = Float64Array.from(values(own), (each, i) => each - 0.05 * gradient[i]!);
    state = withPrototypes(paired.state, tensor(moved, own.shape));
    losses.push(value);
  }
  expect(losses.at(-1)).toBeLessThan(losses[0]! - 0.01);
});

describe('state', () => {
  test('frozen prototypes stay whatever is put back, and move from the step on', () => {
    const pairing = prototypes({ count: 2, frozenSteps: 3 });
    const moved = rows([2, 0, 0, 0], [0, 3, 0, 0]);
    const at = (step: number) => pairing.pair(multicrop, pairing.start(), { ...start, step }).state;
    expect([...withPrototypes(at(2), moved).prototypes!]).toEqual([...at(2).prototypes!]);
    expect([...withPrototypes(at(3), moved).prototypes!]).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
  });

  test('their gradient is left out while they are frozen', () => {
    const pairing = prototypes({ count: 2, frozenSteps: 3 });
    const at = (step: number) => pairing.pair(multicrop, pairing.start(), { ...start, step }).batch;
    const gradient = (step: number) => infoNce().differentiate(at(step)).gradients.keys![0];
    expect([at(2).frozen, at(3).frozen]).toEqual([[true], [false]]);
    expect(gradient(2)).toBeUndefined();
    expect(gradient(3)!.shape).toEqual([2, 4]);
  });

  test('the seed decides where prototypes start', () => {
    const of = (seed: number) => [...prototypes({ count: 2, seed }).pair(multicrop, few.start(), start).state.prototypes!];
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  test('element types of float32 views are kept', () => {
    const views = multicrop.views['global']!.map((view) => ({ ...view, features: single(view.features) }));
    const { batch, state } = prototypes({ count: 3, queueSize: 2, queueStart: 0 }).pair(
      { ...multicrop, views: { view: views } },
      few.start(),
      start,
    );
    expect(
      [values(batch.queries), values(batch.keys[0]!), state.prototypes, state.queues[0]].map((each) => each!.constructor.name),
    ).toEqual(Array(4).fill('Float32Array'));
  });

  test('another width or count asks for a new start', () => {
    const { state } = few.pair(multicrop, few.start(), start);
    expect(() => few.pair(exampleEncodedViews({ width: 3 }), state, start)).toThrow(
      'expected prototypes of [5, 3], got a state of [5, 4]; start anew',
    );
    expect(() => withPrototypes(state, rows([1, 0, 0, 0]))).toThrow('expected prototypes of [5, 4], got [1,4]');
  });
});

describe('queue', () => {
  const queued = prototypes({ count: 3, queueSize: 10, queueStart: 2 });

  test('rows are kept from its epoch on, the newest first, the oldest dropped', () => {
    expect(queued.pair(multicrop, queued.start(), { ...start, epoch: 1 }).state.queues).toEqual([]);
    let state = queued.start();
    const lengths: number[] = [];
    for (let step = 0; step < 4; step++) {
      state = queued.pair(withShift(step), state, { epoch: 2, step, fraction: 0 }).state;
      lengths.push(state.queues[1]!.length / 4);
    }
    expect(lengths).toEqual([4, 8, 10, 10]);
    const unit = (step: number, row: number) => direction(withShift(step).views['global']![1]!.features, row);
    const rowsOf = (from: number) => [...state.queues[1]!.slice(from * 4, from * 4 + 4)];
    expect(rowsOf(0)).toBeCloseToTensor(unit(3, 0), 1e-15);
    expect(rowsOf(4)).toBeCloseToTensor(unit(2, 0), 1e-15);
    expect(rowsOf(9)).toBeCloseToTensor(unit(1, 1), 1e-15);
  });

  test('it takes part only when it is full', () => {
    const targets = (state: ReturnType<typeof queued.start>, epoch: number) => {
      const found = queued.pair(multicrop, state, { epoch, step: 0, fraction: 0 }).batch.targets;
      return found.kind === 'dense' ? [...values(found.values)] : [];
    };
    let state = queued.start();
    const plain = targets(state, 2);
    state = queued.pair(withShift(1), state, { epoch: 2, step: 0, fraction: 0 }).state;
    // the same prototypes, and two fifths of a queue
    expect(targets(state, 2)).toEqual(plain);
    for (let step = 1; step < 3; step++) state = queued.pair(withShift(step), state, { epoch: 2, step, fraction: 0 }).state;
    expect(targets(state, 2)).not.toEqual(plain);
  });

  test('a batch larger than the queue fills it with its first rows', () => {
    const { state } = prototypes({ count: 3, queueSize: 3, queueStart: 0 }).pair(multicrop, few.start(), start);
    expect(state.queues.map(({ length }) => length)).toEqual([12, 12]);
  });
});

test('views that hold NaN are refused', () => {
  const spoiled = exampleEncodedViews({ seed: 3 });
  spoiled.views['view']![1]!.features.set(2, 0, Number.NaN);
  expect(() => few.pair(spoiled, few.start(), start)).toThrow(expect.objectContaining({ code: 'NOT_FINITE' }));
});

function withShift(shift: number): EncodedViews {
  const views = multicrop.views['global']!.map((view) => ({
    ...view,
    features: tensor(
      Float64Array.from(values(view.features), (each, i) => each + ((i * 7 + shift) % 5)),
      view.features.shape,
    ),
  }));
  return { ...multicrop, views: { global: views } };
}

function direction(matrix: Features, row: number): number[] {
  const own = [0, 1, 2, 3].map((e) => matrix.get(row, e));
  return own.map((each) => each / Math.hypot(...own));
}

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}

function single(given: Features): Features {
  return tensor(Float32Array.from(values(given)), given.shape);
}
