import type { BatchGradients, Batches, ContrastBatch, EncodedViews, Paired, Pairing, Progress } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { expect } from 'vitest';
import { contentOf, firstDifference, stateOf } from './compare.ts';
import { exampleEncodedViews } from './example-batches.ts';
import { gradientError, slotsOf } from './gradients.ts';
import { type Law, registerLaws } from './law.ts';

/** What the laws of a pairing are tried on. */
export interface PairingTrial {
  /** Float64; example views when left out. */
  readonly examples?: readonly EncodedViews[];
  /** Fields of the batch that gradients flow back from; every field of tensors when left out. */
  readonly flows?: readonly (keyof BatchGradients)[];
}

/**
 * Registers the laws of a pairing that makes any batch type: `start()` is fresh each time, neither views nor state are changed, the same
 * gives the same, also from a structured clone of the state, and `pullback` agrees with finite differences, from the first batch and from the one after it. Pairings of
 * ContrastBatches have `obeysPairingLaws`, which asks for more.
 */
export function obeysBatchPairingLaws<S, B extends keyof Batches>(pairing: Pairing<S, B>, trial: PairingTrial = {}): void {
  registerLaws(`${pairing.name} obeys the laws of pairings`, batchPairingLaws(pairing, trial));
}

/** The same laws as values. */
export function batchPairingLaws<S, B extends keyof Batches>(
  pairing: Pairing<S, B>,
  { examples = [exampleEncodedViews()], flows }: PairingTrial = {},
): Law[] {
  const each = (check: (encoded: EncodedViews, state: S) => void) => () => {
    expect(examples.length, 'examples to try the laws on').toBeGreaterThan(0);
    for (const encoded of examples) {
      check(encoded, pairing.start());
      check(encoded, pairing.pair(encoded, pairing.start(), progress).state);
    }
  };
  return [
    { name: 'views and state stay as they were', check: each((encoded, state) => untouched(pairing, encoded, state)) },
    { name: 'a start is fresh each time', check: () => fresh(pairing, examples[0]!) },
    { name: 'the same views and state give the same batch', check: each((encoded, state) => repeats(pairing, encoded, state)) },
    { name: 'its state survives a structured clone', check: each((encoded, state) => survives(pairing, encoded, state)) },
    {
      name: 'pullback agrees with finite differences',
      check: each((encoded, state) => pullsBack(pairing, encoded, state, flows)),
    },
  ];
}

const progress: Progress = { epoch: 0, step: 0, fraction: 0 };

function untouched<S, B extends keyof Batches>(pairing: Pairing<S, B>, encoded: EncodedViews, state: S): void {
  const before = [stateOf(encoded), stateOf(state)];
  const paired = pairing.pair(encoded, state, progress);
  paired.pullback(weightsOf(paired.batch, undefined));
  expect(firstDifference(before, [stateOf(encoded), stateOf(state)])).toBeUndefined();
}

function fresh<S, B extends keyof Batches>(pairing: Pairing<S, B>, encoded: EncodedViews): void {
  const before = contentOf(pairing.start());
  pairing.pair(encoded, pairing.start(), progress);
  expect(firstDifference(before, contentOf(pairing.start()))).toBeUndefined();
}

function repeats<S, B extends keyof Batches>(pairing: Pairing<S, B>, encoded: EncodedViews, state: S): void {
  const [first, second] = [pairing.pair(encoded, state, progress), pairing.pair(encoded, state, progress)];
  expect(firstDifference(contentOf([first.batch, first.state]), contentOf([second.batch, second.state]))).toBeUndefined();
}

function survives<S, B extends keyof Batches>(pairing: Pairing<S, B>, encoded: EncodedViews, state: S): void {
  const [first, second] = [pairing.pair(encoded, state, progress), pairing.pair(encoded, structuredClone(state), progress)];
  expect(firstDifference(contentOf([first.batch, first.state]), contentOf([second.batch, second.state]))).toBeUndefined();
}

function pullsBack<S, B extends keyof Batches>(
  pairing: Pairing<S, B>,
  encoded: EncodedViews,
  state: S,
  flows: PairingTrial['flows'],
): void {
  const places = Object.entries(encoded.views).flatMap(([role, views]) => views.map((_, index) => ({ role, index })));
  const inputs = places.map(({ role, index }) => encoded.views[role]![index]!.features);
  const at = (moved: readonly Tensor[]): Paired<S, B> => pairing.pair(replaced(encoded, moved), state, progress);
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

/** Any numbers for the fields of a batch, as if a loss had said them; none of frozen blocks of keys. */
export function weightsOf(batch: object, flows: PairingTrial['flows']): BatchGradients {
  const random = createRandom('weights');
  const weights: Record<string, Tensor | (Tensor | undefined)[]> = {};
  for (const { field, place, array } of slotsOf(batch)) {
    if (flows !== undefined && !(flows as readonly string[]).includes(field)) continue;
    const numbers = Float64Array.from(values(array), () => random.normal(0, 1));
    const weight = tensor(numbers, array.shape);
    if (place === undefined) weights[field] = weight;
    else
      weights[field] = [...((weights[field] as Tensor[] | undefined) ?? []), isFrozen(batch, field, place) ? undefined : weight];
  }
  return weights as BatchGradients;
}

function isFrozen(batch: object, field: string, place: number): boolean {
  return field === 'keys' && (batch as Partial<ContrastBatch>).frozen?.[place] === true;
}

/** The number whose derivative with respect to a batch is `weights`. */
function weighed(batch: object, weights: BatchGradients): number {
  const named = weights as Readonly<Record<string, Tensor | readonly Tensor[]>>;
  return slotsOf(batch).reduce((sum, { field, place, array }) => {
    const weight = place === undefined ? named[field] : (named[field] as readonly Tensor[] | undefined)?.[place];
    return weight === undefined ? sum : sum + product(values(array), values(weight as Tensor));
  }, 0);
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
