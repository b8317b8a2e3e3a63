import type { ContrastBatch, Loss } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { copy, type Tensor, tensor, values } from '@viewforge/tensor';

/** A number computed from tensors. */
export type TensorFunction = (inputs: readonly Tensor[]) => number;

/** How gradients are checked. */
export interface GradientCheck {
  /** Half the distance of the two points of a central difference; 1e-6 when left out. */
  readonly step?: number;
  /** Inputs of more elements than this are checked along random directions only; 256 when left out. */
  readonly largest?: number;
  /** How many random directions every input is checked along; 4 when left out. */
  readonly directions?: number;
}

/** How far analytic gradients are from numeric ones. */
export interface GradientError {
  /** Largest difference: of an element, or of a derivative along a direction of length 1. */
  readonly worst: number;
  /** Where that is. */
  readonly where: string;
  /** Largest absolute value of a gradient element. */
  readonly scale: number;
}

/** d f / d input element by element, by central differences in float64; a tensor of the shape of `inputs[which]`. */
export function numericGradient(f: TensorFunction, inputs: readonly Tensor[], which: number, step = 1e-6): Float64Array {
  const count = values(inputs[which]!).length;
  return Float64Array.from({ length: count }, (_, element) => {
    const direction = new Float64Array(count);
    direction[element] = 1;
    return along(f, inputs, which, direction, step);
  });
}

/**
 * Compares gradients with central differences: small inputs element by element, all of them along random directions.
 * `inputs` must be float64 and are left as they were; an undefined gradient claims that f does not flow back to that input
 * and is not checked.
 */
export function gradientError(
  f: TensorFunction,
  inputs: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
  { step = 1e-6, largest = 256, directions = 4 }: GradientCheck = {},
): GradientError {
  let found: GradientError = { worst: 0, where: 'nowhere', scale: 0 };
  const note = (difference: number, where: string): void => {
    // the negation lets NaN win
    if (!(Math.abs(difference) <= found.worst)) found = { ...found, worst: Math.abs(difference), where };
  };
  inputs.forEach((_, which) => {
    if (gradients[which] === undefined) return;
    const gradient = Float64Array.from(values(gradients[which]));
    found = { ...found, scale: gradient.reduce((most, each) => Math.max(most, Math.abs(each)), found.scale) };
    if (gradient.length <= largest) {
      const numeric = numericGradient(f, inputs, which, step);
      for (const [element, each] of numeric.entries()) note(each - gradient[element]!, `input ${which}, element ${element}`);
    }
    for (let each = 0; each < directions; each++) {
      const direction = unitDirection(gradient.length, each);
      const expected = direction.reduce((sum, share, element) => sum + share * gradient[element]!, 0);
      note(along(f, inputs, which, direction, step) - expected, `input ${which}, direction ${each}`);
    }
  });
  return found;
}

/**
 * How far the gradients of a loss are from central differences, for queries, each block of keys and the extras of a batch;
 * the batch is taken in float64, and its rows as independent even where queries and keys are the same rows.
 */
export function lossGradientError(loss: Loss, batch: ContrastBatch, check: GradientCheck = {}): GradientError {
  const { queries, keys, extras } = batch;
  const inputs = [queries, ...keys, ...(extras ? [extras.values] : [])].map(inFloat64);
  const at = (moved: readonly Tensor[]): ContrastBatch => ({
    ...batch,
    queries: moved[0]!,
    keys: moved.slice(1, keys.length + 1),
    ...(extras && { extras: { ...extras, values: moved[keys.length + 1]! } }),
  });
  const { gradients } = loss.differentiate(at(inputs));
  const analytic = [gradients.queries, ...keys.map((_, b) => gradients.keys?.[b]), gradients.extras];
  return gradientError((moved) => loss.measure(at(moved)).value, inputs, analytic, check);
}

function inFloat64(array: Tensor): Tensor {
  return tensor(Float64Array.from(values(array)), array.shape);
}

/** The derivative of f along a direction of one input. */
function along(f: TensorFunction, inputs: readonly Tensor[], which: number, direction: Float64Array, step: number): number {
  const at = (distance: number): number => {
    const moved = copy(inputs[which]!);
    if (!(moved.data instanceof Float64Array))
      throw new TypeError(`gradientError: expected float64 in input ${which}, got float32`);
    for (let i = 0; i < direction.length; i++) moved.data[i] = moved.data[i]! + distance * direction[i]!;
    return f(inputs.map((input, i) => (i === which ? moved : input)));
  };
  return (at(step) - at(-step)) / (2 * step);
}

function unitDirection(count: number, seed: number): Float64Array {
  const random = createRandom('directions').fork(seed);
  const direction = Float64Array.from({ length: count }, () => random.normal(0, 1));
  const length = Math.sqrt(direction.reduce((sum, each) => sum + each * each, 0));
  return direction.map((each) => (length === 0 ? 0 : each / length));
}
