import type { Batches, Loss } from '@viewforge/core';
import { type Tensor, values } from '@viewforge/tensor';
import { isNdArray } from './compare.ts';
import { lossGradientError } from './gradients.ts';

/** How far numbers may be apart: |actual - expected| <= absolute + relative * |expected|. */
export interface Tolerance {
  readonly absolute?: number;
  readonly relative?: number;
}

/** Numbers row-major: a tensor, a list, or a list of rows. */
export type Listed = Tensor | ArrayLike<number> | readonly (readonly number[])[];

/** What a loss must say. */
export interface ExpectedLoss {
  readonly value: number;
  /** Gradients by name; those not named are not looked at. */
  readonly queries?: Listed;
  readonly keys?: readonly (Listed | undefined)[];
  readonly extras?: Listed;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the type parameter must be declared as vitest declares it
  interface Matchers<T = any> {
    /** Same shape (where `expected` has one) and every element within the tolerance, an absolute number or both kinds; 1e-6 when left out. NaN equals NaN. */
    toBeCloseToTensor(expected: Tensor | ArrayLike<number>, tolerance?: number | Tolerance): T;
    /** The value, and the gradients that are expected, within the tolerance; 1e-6 when left out. Takes what `differentiate` gives. */
    toMatchLoss(expected: ExpectedLoss, tolerance?: number | Tolerance): T;
    /** A loss whose gradients on this batch agree with central differences, to 1e-6 of the larger of 1 and the largest gradient. */
    toHaveCorrectGradients(batch: Batches[keyof Batches]): T;
  }
}

/** The matchers of this package, for `expect.extend(matchers)`. */
export const matchers = {
  toBeCloseToTensor(
    actual: Tensor | ArrayLike<number>,
    expected: Tensor | ArrayLike<number>,
    tolerance: number | Tolerance = 1e-6,
  ) {
    return verdict(
      shapeProblem(actual, expected) ?? listProblem(listOf(actual), listOf(expected), tolerance),
      'close to the tensor',
    );
  },
  toMatchLoss(actual: MeasuredLoss, expected: ExpectedLoss, tolerance: number | Tolerance = 1e-6) {
    const problem = lossTerms(actual, expected).flatMap(([name, found, wanted]) => {
      if (wanted === undefined) return [];
      const wrong = found === undefined ? 'expected a gradient, got none' : listProblem(found, wanted, tolerance);
      return wrong === undefined ? [] : [`${name}: ${wrong}`];
    })[0];
    return verdict(problem, 'the expected loss');
  },
  toHaveCorrectGradients<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B]) {
    const { worst, where, scale } = lossGradientError(loss, batch);
    const isClose = worst <= 1e-6 * Math.max(1, scale);
    return verdict(
      isClose ? undefined : `expected the gradient of central differences, got one off by ${worst} at ${where}`,
      'correct gradients',
    );
  },
};

interface MeasuredLoss {
  readonly value: number;
  readonly gradients?: { readonly queries?: Listed; readonly keys?: readonly (Listed | undefined)[]; readonly extras?: Listed };
}

type Term = readonly [name: string, found: ArrayLike<number> | undefined, wanted: ArrayLike<number> | undefined];

function lossTerms({ value, gradients = {} }: MeasuredLoss, expected: ExpectedLoss): Term[] {
  const { queries, keys = [], extras } = gradients;
  return [
    ['value', [value], [expected.value]],
    ['queries', queries && listOf(queries), expected.queries && listOf(expected.queries)],
    ...(expected.keys ?? []).map((wanted, b): Term => [`keys ${b}`, keys[b] && listOf(keys[b]), wanted && listOf(wanted)]),
    ['extras', extras && listOf(extras), expected.extras && listOf(expected.extras)],
  ];
}

function listOf(numbers: Listed): ArrayLike<number> {
  if (isNdArray(numbers)) return values(numbers as Tensor);
  return Array.isArray(numbers) ? (numbers as readonly (number | readonly number[])[]).flat() : (numbers as ArrayLike<number>);
}

function shapeProblem(actual: unknown, expected: unknown): string | undefined {
  if (!isNdArray(actual) || !isNdArray(expected)) return undefined;
  return `${actual.shape}` === `${expected.shape}` ? undefined : `expected shape [${expected.shape}], got [${actual.shape}]`;
}

function listProblem(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number | Tolerance): string | undefined {
  if (actual.length !== expected.length) return `expected ${expected.length} elements, got ${actual.length}`;
  const { absolute = 0, relative = 0 } = typeof tolerance === 'number' ? { absolute: tolerance } : tolerance;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    const isClose = Object.is(a, e) || Math.abs(a - e) <= absolute + relative * Math.abs(e);
    if (!isClose) return `expected ${e} at ${i}, got ${a} (off by ${Math.abs(a - e)})`;
  }
  return undefined;
}

function verdict(problem: string | undefined, what: string): { pass: boolean; message: () => string } {
  return { pass: problem === undefined, message: () => problem ?? `expected anything but ${what}` };
}
