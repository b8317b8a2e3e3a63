import type { Batches, Extras, Loss } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { copy, type Tensor, tensor, values } from '@viewforge/tensor';
import { isNdArray } from './compare.ts';

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
 * and is not checked. A gradient with NaN or an infinity in it is infinitely wrong.
 */
export function gradientError(
  f: TensorFunction,
  inputs: readonly Tensor[],
  gradients: readonly (Tensor | undefined)[],
  { step = 1e-6, largest = 256, directions = 4 }: GradientCheck = {},
): GradientError {
  let found: GradientError = { worst: 0, where: 'nowhere', scale: 0 };
  const note = (difference: number, where: string): void => {
    // a difference that is no number is no agreement
    const size = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.abs(difference);
    if (size > found.worst) found = { ...found, worst: size, where };
  };
  inputs.forEach((_, which) => {
    if (gradients[which] === undefined) return;
    const gradient = Float64Array.from(values(gradients[which]));
    const broken = gradient.findIndex((each) => !Number.isFinite(each));
    if (broken !== -1) {
      note(Number.POSITIVE_INFINITY, `input ${which}, element ${broken}, which is ${gradient[broken]}`);
      return;
    }
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
 * How far the gradients of a loss are from central differences, for every array of a batch that the loss gives a gradient of;
 * the batch is taken in float64, and its arrays as independent even where two are the same rows. What a loss holds constant stays
 * as it is at the batch. A loss that gives no gradient at all is infinitely wrong.
 */
export function lossGradientError<B extends keyof Batches>(
  loss: Loss<B>,
  batch: Batches[B],
  check: GradientCheck = {},
): GradientError {
  const slots = slotsOf(batch);
  const inputs = slots.map(({ array }) => inFloat64(array));
  const at = (moved: readonly Tensor[]): Batches[B] => withArrays(batch, slots, moved);
  const gradients = loss.differentiate(at(inputs)).gradients as Readonly<Record<string, unknown>>;
  const analytic = slots.map(({ field, place }) => {
    const found = gradients[field];
    return (place === undefined ? found : (found as readonly unknown[] | undefined)?.[place]) as Tensor | undefined;
  });
  if (analytic.every((each) => each === undefined))
    return { worst: Number.POSITIVE_INFINITY, where: 'nowhere: no gradient was given', scale: 0 };
  const base = at(inputs);
  const measure = (moved: Batches[B]): number => (loss.measureHeld?.(moved, base) ?? loss.measure(moved)).value;
  return gradientError((moved) => measure(at(moved)), inputs, analytic, check);
}

/** An array of a batch: its field, its place where the field is a list, and what it holds. */
export interface Slot {
  readonly field: string;
  readonly place: number | undefined;
  readonly array: Tensor;
}

/** The arrays of a batch, those in lists one by one, in the order of its fields; weights and exclusions are none. */
export function slotsOf(batch: object): Slot[] {
  return Object.entries(batch).flatMap(([field, value]): Slot[] => {
    if (isTensor(value)) return [{ field, place: undefined, array: value }];
    if (Array.isArray(value) && value.every(isTensor)) return value.map((array, place) => ({ field, place, array }));
    return field === 'extras' ? [{ field, place: undefined, array: (value as Extras).values }] : [];
  });
}

function withArrays<T extends object>(batch: T, slots: readonly Slot[], moved: readonly Tensor[]): T {
  const result = { ...batch } as Record<string, unknown>;
  slots.forEach(({ field, place }, i) => {
    if (place !== undefined)
      result[field] = (result[field] as readonly Tensor[]).map((each, at) => (at === place ? moved[i] : each));
    else result[field] = field === 'extras' ? { ...(result[field] as Extras), values: moved[i] } : moved[i];
  });
  return result as T;
}

function isTensor(value: unknown): value is Tensor {
  return isNdArray(value) && (value.data instanceof Float32Array || value.data instanceof Float64Array);
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
