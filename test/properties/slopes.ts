import type { Batches, Loss } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { lengthsIn, type Slot, slotsOf, withArrays } from './batch-arrays.ts';

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
  const flowing = slotsOf(gradients);
  const slots = slotsOf(batch).flatMap((slot): Moving[] => {
    const own = flowing.find(({ field, place }) => field === slot.field && place === slot.place);
    return own ? [{ ...slot, gradient: own.array, direction: directionOf(slot, seed) }] : [];
  });
  const told = slots.reduce((sum, { gradient, direction }) => sum + product(values(gradient), direction), 0);
  const measure = (moved: Batches[B]): number => (loss.measureHeld?.(moved, batch) ?? loss.measure(moved)).value;
  const at = (step: number): number => measure(withArrays(batch as object, moved(slots, step)) as Batches[B]);
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
  const middle = at(0);
  const [up, down, halfUp, halfDown] = [at(step), at(-step), at(step / 2), at(-step / 2)];
  const [far, near] = [(up - down) / (2 * step), (halfUp - halfDown) / step];
  const rounding = (4 * noise) / step;
  // of a smooth function the slopes on both sides differ half as much at half the step
  const [bend, lesser] = [(up + down - 2 * middle) / step, (halfUp + halfDown - 2 * middle) / (step / 2)];
  if (Math.abs(bend - 2 * lesser) > 1e-2 * Math.abs(bend) + 16 * rounding) return undefined;
  // a corner next to 0 shows in nothing but the bend
  return { slope: (4 * near - far) / 3, doubt: Math.abs(near - far) + 1e-3 * Math.abs(bend) + rounding };
}

interface Moving extends Slot {
  readonly gradient: Tensor;
  readonly direction: Float64Array;
}

function moved(slots: readonly Moving[], step: number): Slot[] {
  return slots.map(({ array, direction, ...slot }) => {
    const next = Float64Array.from(values(array), (each, i) => each + step * direction[i]!);
    return { ...slot, array: tensor(next, array.shape) };
  });
}

/** Normal numbers, in proportion to the length of each row: rows of 0, which have no direction to go, stay. */
function directionOf({ field, place = 0, array }: Slot, seed: number): Float64Array {
  const random = createRandom(seed).fork(field, place);
  return lengthsIn(array).map((length) => length * random.normal(0, 1));
}

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
