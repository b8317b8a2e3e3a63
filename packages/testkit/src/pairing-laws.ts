import {
  type BatchGradients,
  type ContrastBatch,
  type EncodedViews,
  eachExcluded,
  eachWeight,
  type Paired,
  type Pairing,
  type Progress,
} from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { expect } from 'vitest';
import { contentOf, firstDifference, stateOf } from './compare.ts';
import { exampleEncodedViews } from './example-batches.ts';
import { gradientError } from './gradients.ts';
import { type Law, registerLaws } from './law.ts';

/** Which parts of a pairing's batches gradients flow back from; a queue or a momentum encoder stops some. */
export type Flow = 'queries' | 'keys' | 'extras';

/**
 * Registers the laws of a pairing that makes ContrastBatches: rows of targets sum to 1 or 0, an excluded key has target 0,
 * `start()` is fresh each time, neither views nor state are changed, gradients of frozen blocks go nowhere, and `pullback` agrees with
 * finite differences.
 * `examples` are float64; example views when left out. `flows` names where gradients come from; queries and keys when left out.
 */
export function obeysPairingLaws<S>(
  pairing: Pairing<S>,
  examples: readonly EncodedViews[] = exampleViews(),
  flows: readonly Flow[] = ['queries', 'keys'],
): void {
  registerLaws(`${pairing.name} obeys the laws of pairings`, pairingLaws(pairing, examples, flows));
}

/** The same laws as values. */
export function pairingLaws<S>(
  pairing: Pairing<S>,
  examples: readonly EncodedViews[] = exampleViews(),
  flows: readonly Flow[] = ['queries', 'keys'],
): Law[] {
  const each = (check: (encoded: EncodedViews, state: S) => void) => () => {
    expect(examples.length, 'examples to try the laws on').toBeGreaterThan(0);
    for (const encoded of examples) {
      const start = pairing.start();
      check(encoded, start);
      // and once more from where the first batch leaves off
      check(encoded, pairing.pair(encoded, pairing.start(), progress).state);
    }
  };
  return [
    { name: 'views and state stay as they were', check: each((encoded, state) => untouched(pairing, encoded, state)) },
    { name: 'a start is fresh each time', check: () => fresh(pairing, examples[0]!) },
    { name: 'the same views and state give the same batch', check: each((encoded, state) => repeats(pairing, encoded, state)) },
    {
      name: 'rows of targets sum to 1, or to 0',
      check: each((encoded, state) => sumsToOne(pairing.pair(encoded, state, progress).batch)),
    },
    {
      name: 'an excluded key has target 0',
      check: each((encoded, state) => excludesNoTarget(pairing.pair(encoded, state, progress).batch)),
    },
    {
      name: 'what is said of a frozen block goes nowhere',
      check: each((encoded, state) => stopsAtFrozen(pairing.pair(encoded, state, progress))),
    },
    {
      name: 'pullback agrees with finite differences',
      check: each((encoded, state) => pullsBack(pairing, encoded, state, flows)),
    },
  ];
}

const progress: Progress = { epoch: 0, step: 0, fraction: 0 };

function exampleViews(): readonly EncodedViews[] {
  return [exampleEncodedViews(), exampleEncodedViews({ items: 4, ids: ['a', 'b', 'a', 'c'], seed: 1 })];
}

function untouched<S>(pairing: Pairing<S>, encoded: EncodedViews, state: S): void {
  const before = [stateOf(encoded), stateOf(state)];
  const paired = pairing.pair(encoded, state, progress);
  paired.pullback(weightsOf(paired.batch, ['queries', 'keys', 'extras']));
  expect(firstDifference(before, [stateOf(encoded), stateOf(state)])).toBeUndefined();
}

function fresh<S>(pairing: Pairing<S>, encoded: EncodedViews): void {
  const before = contentOf(pairing.start());
  pairing.pair(encoded, pairing.start(), progress);
  expect(firstDifference(before, contentOf(pairing.start()))).toBeUndefined();
}

function repeats<S>(pairing: Pairing<S>, encoded: EncodedViews, state: S): void {
  const [first, second] = [pairing.pair(encoded, state, progress), pairing.pair(encoded, state, progress)];
  expect(firstDifference(contentOf([first.batch, first.state]), contentOf([second.batch, second.state]))).toBeUndefined();
}

function sumsToOne({ queries, targets }: ContrastBatch): void {
  for (let row = 0; row < queries.shape[0]!; row++) {
    let sum = 0;
    eachWeight(targets, row, (_, weight) => {
      expect(weight, `a target of query ${row}`).toBeGreaterThanOrEqual(0);
      sum += weight;
    });
    // float32 weights
    if (sum !== 0) expect(Math.abs(sum - 1), `targets of query ${row}`).toBeLessThan(1e-6);
  }
}

function excludesNoTarget(batch: ContrastBatch): void {
  const { queries, targets } = batch;
  for (let row = 0; row < queries.shape[0]!; row++) {
    const unseen = new Set<number>();
    eachExcluded(batch, row, (column) => unseen.add(column));
    eachWeight(targets, row, (column, weight) => {
      if (unseen.has(column)) expect(weight, `the target of query ${row} for excluded key ${column}`).toBe(0);
    });
  }
}

function stopsAtFrozen<S>({ batch, pullback }: Paired<S>): void {
  if (batch.frozen === undefined) return;
  expect(batch.frozen.length, 'a mark for each block of keys').toBe(batch.keys.length);
  const weights = weightsOf(batch, ['queries', 'keys', 'extras']);
  const all = { ...weights, keys: batch.keys.map((block, b) => weights.keys![b] ?? block) };
  expect(firstDifference(contentOf(pullback(weights)), contentOf(pullback(all)))).toBeUndefined();
}

function pullsBack<S>(pairing: Pairing<S>, encoded: EncodedViews, state: S, flows: readonly Flow[]): void {
  const places = Object.entries(encoded.views).flatMap(([role, views]) => views.map((_, index) => ({ role, index })));
  const inputs = places.map(({ role, index }) => encoded.views[role]![index]!.features);
  const at = (moved: readonly Tensor[]): Paired<S> => pairing.pair(replaced(encoded, moved), state, progress);
  const paired = at(inputs);
  const weights = weightsOf(paired.batch, flows);
  const pulled = paired.pullback(weights);
  const analytic = places.map(({ role, index }) => pulled[role]?.[index]);
  expect(analytic.includes(undefined), 'a gradient for every view').toBe(false);
  const { worst, where } = gradientError((moved) => weighed(at(moved).batch, weights), inputs, analytic);
  expect(worst, `the largest difference, at ${where}`).toBeLessThan(1e-6);
}

function replaced(encoded: EncodedViews, moved: readonly Tensor[]): EncodedViews {
  let next = 0;
  const views = Object.entries(encoded.views).map(
    ([role, list]) => [role, list.map((view) => ({ ...view, features: moved[next++]! }))] as const,
  );
  return { ...encoded, views: Object.fromEntries(views) };
}

/** Any numbers, as if a loss had said them; none of frozen blocks. */
function weightsOf({ queries, keys, extras, frozen }: ContrastBatch, flows: readonly Flow[]): BatchGradients {
  const random = createRandom('weights');
  const like = (array: Tensor): Tensor =>
    tensor(
      Float64Array.from(values(array), () => random.normal(0, 1)),
      array.shape,
    );
  return {
    ...(flows.includes('queries') && { queries: like(queries) }),
    ...(flows.includes('keys') && { keys: keys.map((block, b) => (frozen?.[b] ? undefined : like(block))) }),
    ...(flows.includes('extras') && extras && { extras: like(extras.values) }),
  };
}

/** The number whose derivative with respect to a batch is `weights`. */
function weighed({ queries, keys, extras }: ContrastBatch, weights: BatchGradients): number {
  const terms = [
    [queries, weights.queries],
    ...keys.map((block, b) => [block, weights.keys?.[b]] as const),
    [extras?.values, weights.extras],
  ] as const;
  return terms.reduce((sum, [array, weight]) => sum + (array && weight ? product(values(array), values(weight)) : 0), 0);
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
