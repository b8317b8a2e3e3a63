import type { BatchGradients, Batches, Extras, Loss } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { copy, type Tensor, values } from '@viewforge/tensor';

/** A slope that was measured. */
export interface Slope {
  /** By the gradients of the loss. */
  readonly told: number;
  /** By differences of the value. */
  readonly measured: number;
  /** How far off the measured one may be. */
  readonly tolerance: number;
}

/**
 * The slope of a loss along a random direction of all rows that it gives a gradient of, each row moving by a share of its length. Undefined where
 * differences tell nothing: at a corner, or where rounding drowns them. Arrays without a gradient do not move;
 * `size` is that of the numbers which the value is a sum or difference of.
 */
export function slopeOf<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B], seed: number, size = 1): Slope | undefined {
  const { gradients, value } = loss.differentiate(batch);
  const slots = slotsOf(batch).flatMap((slot) => {
    const gradient = gradientAt(gradients, slot);
    return gradient ? [{ ...slot, gradient, direction: directionOf(slot, seed) }] : [];
  });
  const told = slots.reduce((sum, { gradient, direction }) => sum + product(values(gradient), direction), 0);
  const measure = loss.measureHeld ? (moved: Batches[B]) => loss.measureHeld!(moved, batch).value : (moved: Batches[B]) => loss.measure(moved).value;
  const at = (step: number): number => measure(moved(batch, slots, step) as Batches[B]);
  const noise = 1e-14 * Math.max(1, size, Math.abs(value));
  const found = [1e-3, 1e-4, 1e-5, 1e-6].flatMap((step) => tell(at, step, noise) ?? []);
  const best = found.reduce<Found | undefined>((least, each) => (least && least.doubt <= each.doubt ? least : each), undefined);
  if (best === undefined || best.doubt > 1e-4 * Math.max(Math.abs(best.slope), 1e-3)) return undefined;
  return { told, measured: best.slope, tolerance: 10 * best.doubt + 1e-6 * Math.abs(best.slope) };
}

interface Found {
  readonly slope: number;
  /** How much it may be off: what two step sizes differ in, and rounding. */
  readonly doubt: number;
}

/** The slope at 0 of a function of one number, by steps of two sizes; undefined at a corner. */
function tell(at: (step: number) => number, step: number, noise: number): Found | undefined {
  const [middle, ...around] = [at(0), at(step), at(-step), at(step / 2), at(-step / 2)];
  const [far, near] = [(around[0]! - around[1]!) / (2 * step), (around[2]! - around[3]!) / step];
  const rounding = (4 * noise) / step;
  // of a smooth function the slopes on both sides differ half as much at half the step
  const [bend, lesser] = [
    (around[0]! + around[1]! - 2 * middle!) / step,
    (around[2]! + around[3]! - 2 * middle!) / (step / 2),
  ];
  if (Math.abs(bend - 2 * lesser) > 1e-2 * Math.abs(bend) + 16 * rounding) return undefined;
  return { slope: (4 * near - far) / 3, doubt: Math.abs(near - far) + rounding };
}

/** An array of a batch: its field, and its place where the field is a list. */
interface Slot {
  readonly field: string;
  readonly place: number | undefined;
  readonly array: Tensor;
}

function slotsOf(batch: object): Slot[] {
  return Object.entries(batch).flatMap(([field, value]): Slot[] => {
    if (isTensor(value)) return [{ field, place: undefined, array: value }];
    if (Array.isArray(value) && value.every(isTensor)) return value.map((array, place) => ({ field, place, array }));
    return field === 'extras' ? [{ field, place: undefined, array: (value as Extras).values }] : [];
  });
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float64Array;
}

interface Moving extends Slot {
  readonly direction: Float64Array;
}

function moved(batch: object, slots: readonly Moving[], step: number): object {
  const result = { ...batch } as Record<string, unknown>;
  for (const { field, place, array, direction } of slots) {
    const next = copy(array);
    const data = values(next);
    direction.forEach((each, i) => {
      data[i] = data[i]! + step * each;
    });
    if (place !== undefined) result[field] = (result[field] as readonly Tensor[]).map((each, p) => (p === place ? next : each));
    else result[field] = field === 'extras' ? { ...(result[field] as object), values: next } : next;
  }
  return result;
}

function gradientAt(gradients: BatchGradients, { field, place }: Slot): Tensor | undefined {
  const found = (gradients as Readonly<Record<string, unknown>>)[field];
  return (place === undefined ? found : (found as readonly unknown[] | undefined)?.[place]) as Tensor | undefined;
}

/** Normal numbers, in proportion to the length of each row: rows of 0, which have no direction to go, stay. */
function directionOf({ field, place = 0, array }: Slot, seed: number): Float64Array {
  const random = createRandom(seed).fork(field, place);
  const d = array.shape.at(-1)!;
  const data = values(array);
  const direction = Float64Array.from(data, () => random.normal(0, 1));
  for (let from = 0; from < data.length; from += d) {
    const length = Math.hypot(...data.subarray(from, from + d));
    for (let i = from; i < from + d; i++) direction[i] = direction[i]! * length;
  }
  return direction;
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
