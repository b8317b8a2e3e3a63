import type { Batches, Loss } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { lengthsIn, slotsOf } from './batch-arrays.ts';
import { withNumbers } from './extreme-batches.ts';

/** Slopes of a loss along a direction. */
export interface Sides {
  /** By the gradients of the loss. */
  readonly told: number;
  /** By differences of the value, on either side; alike where the loss is smooth. */
  readonly left: number;
  readonly right: number;
  /** How far off both may be. */
  readonly doubt: number;
  /** Sum of what each number of the gradient contributes, without sign. */
  readonly size: number;
}

/** A direction and how far to go. */
export interface Walk {
  readonly seed: number;
  /** The longest of the steps, as a share of the length of rows, and how many, each a tenth of the one before. */
  readonly longest: number;
  readonly steps: number;
  /** Fields in which rows of zeros stay, because the loss is over directions. */
  readonly directed: ReadonlySet<string>;
}

/**
 * Slopes of a loss along a random direction of all rows that it gives a gradient of, each row moving by a share of its length and rows
 * of zeros by a share of 1. Undefined where no two step sizes agree to a thousandth, as between narrow corners or where rounding drowns the
 * slopes. What a loss holds constant stays as it is at the batch.
 */
export function sidesOf<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B], walk: Walk): Sides | undefined {
  const { told, size, value, at } = lineOf(loss, batch, walk);
  // rounding, of the value and of what it is made from: what changes over no distance
  const tiny = 1e-14 * Math.min(1, walk.longest * 1e3);
  const noise = 4e-16 * Math.abs(value) + Math.max(...[-1, 1, 2].map((k) => Math.abs(at(k * tiny) - value)));
  const [right, left] = [1, -1].map((side) =>
    bestOf((step) => side * (at(side * step) - value), { ...walk, noise, value, size }),
  );
  if (left === undefined || right === undefined) return undefined;
  return { told, left: left.slope, right: right.slope, doubt: Math.max(left.doubt, right.doubt), size };
}

/**
 * How far the slope that a loss tells is from that of its value along a random direction, at the step where they differ least, as a share
 * of what all numbers of the gradient contribute: for batches that take long, by few measurements.
 */
export function slopeError<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B], walk: Walk): number {
  const { told, size, at } = lineOf(loss, batch, walk);
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < walk.steps && least > 1e-6; n++) {
    const step = walk.longest * 10 ** -n;
    least = Math.min(least, Math.abs((at(step) - at(-step)) / (2 * step) - told) / size);
  }
  return least;
}

/** A loss along a line through a batch. */
function lineOf<B extends keyof Batches>(loss: Loss<B>, batch: Batches[B], walk: Walk) {
  const { gradients, value } = loss.differentiate(batch);
  const flowing = slotsOf(gradients);
  const moves = slotsOf(batch).map((slot) => {
    const gradient = flowing.find(({ field, place }) => field === slot.field && place === slot.place);
    return gradient && { gradient: values(gradient.array), direction: directionOf(slot, walk) };
  });
  let [told, size] = [0, 0];
  for (const { gradient, direction } of moves.filter((move) => move !== undefined)) {
    for (let i = 0; i < direction.length; i++) {
      told += gradient[i]! * direction[i]!;
      size += Math.abs(gradient[i]! * direction[i]!);
    }
  }
  const at = (step: number): number => {
    const moved = withNumbers(
      batch as object,
      (own, i, _, place) => own + step * (moves[place]?.direction[i] ?? 0),
    ) as Batches[B];
    return (loss.measureHeld?.(moved, batch) ?? loss.measure(moved)).value;
  };
  return { told, size, value, at };
}

interface Found {
  readonly slope: number;
  readonly doubt: number;
}

type Ways = Pick<Walk, 'longest' | 'steps'> & { readonly noise: number; readonly value: number; readonly size: number };

/** The slope at 0 of a function that is 0 there, by the step in whose half and whole it differs least. */
function bestOf(rise: (step: number) => number, { longest, steps, noise, value, size }: Ways): Found | undefined {
  let best: Found = { slope: 0, doubt: Number.POSITIVE_INFINITY };
  const measure = (): number => Math.max(Math.abs(best.slope), size, 1e-5 * Math.max(1, Math.abs(value)));
  for (let n = 0; n < steps && best.doubt > 1e-7 * measure(); n++) {
    const step = longest * 10 ** -n;
    const [whole, half, quarter] = [step, step / 2, step / 4].map((each) => rise(each) / each) as [number, number, number];
    // of second order each
    const [far, near] = [2 * half - whole, 2 * quarter - half];
    const doubt = 2 * Math.abs(near - far) + (16 * noise) / step;
    if (doubt < best.doubt) best = { slope: near, doubt };
  }
  return best.doubt <= 1e-3 * measure() ? best : undefined;
}

/** Normal numbers, in proportion to the length of each row. */
function directionOf({ field, place = 0, array }: ReturnType<typeof slotsOf>[number], { seed, directed }: Walk): Float64Array {
  const random = createRandom(seed).fork(field, place);
  return lengthsIn(array).map((length) => (length === 0 && !directed.has(field) ? 1 : length) * random.normal(0, 1));
}
