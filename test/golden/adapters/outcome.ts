import type { GoldenCase, GoldenFamily } from '@viewforge/testkit';
import type { Pixels } from '@viewforge/tensor';

/** One comparison of a case. */
export interface Outcome {
  readonly what: string;
  readonly error: number;
  readonly allowed: number;
  /** False where the other implementation is another definition: shown, never failed. */
  readonly judged: boolean;
}

/** What adapters know besides their case. */
export interface Surroundings {
  readonly family: GoldenFamily;
  /** Pictures of the file by name, [c, h, w]. */
  readonly pictures: ReadonlyMap<string, Pixels>;
}

/** Runs one case with public functions of our packages; every comparison it can make. */
export type Adapter = (golden: GoldenCase, surroundings: Surroundings) => readonly Outcome[];

/** A judged comparison of numbers: the largest difference, NaN equal to NaN; infinitely wrong where lengths differ. */
export function compare(what: string, actual: ArrayLike<number>, expected: ArrayLike<number>, allowed: number): Outcome {
  let error = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length && error !== Number.POSITIVE_INFINITY; i++) {
    if (Object.is(actual[i], expected[i])) continue;
    const difference = Math.abs(actual[i]! - expected[i]!);
    error = Math.max(error, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return { what, error, allowed, judged: true };
}

/** The largest absolute value; 0 of nothing. */
export function largest(numbers: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < numbers.length; i++) found = Math.max(found, Math.abs(numbers[i]!));
  return found;
}

/** `rtol` and `atol` of the file for float64, with what the schema states where it says nothing. */
export function float64Tolerance({ tolerance }: GoldenFamily): { readonly relative: number; readonly absolute: number } {
  const { rtol = 1e-9, atol = 1e-11 } = (tolerance['f64'] ?? {}) as { readonly rtol?: number; readonly atol?: number };
  return { relative: rtol, absolute: atol };
}
