import { type Features, smallestNorm, tensor, values } from '@viewforge/tensor';

/** A block whose rows were brought to length 1. */
export interface UnitBlock {
  /** [k, d] in the element type that was given; every row has length 1, or is shorter than 1e-12, or holds what is no number. */
  readonly rows: Features;
  /** Whether a row holds NaN or an infinity, or is too long to be squared. */
  readonly isBroken: boolean;
}

/**
 * Frozen blocks that were looked over, by where their numbers lie. A queue hands out the same memory in every step, and never writes to it
 * again, so each part of it is looked over once.
 */
const known = new WeakMap<ArrayBufferLike, Map<string, UnitBlock>>();
/** Windows on one memory that are remembered: of a memory that is cut anew in every step there would be ever more. */
const mostWindows = 1024;
/** How far the square of a length may be from 1 where it was brought to 1 in float32. */
const rounding = 1e-6;

/**
 * The rows of a block brought to length 1. A block of float32 that is `frozen` must never be written to again, and is given back as it is where its
 * rows have that length; of any other block there is always a new copy.
 */
export function unitBlock(block: Features, isFrozen: boolean): UnitBlock {
  const data = values(block);
  if (!isFrozen || data instanceof Float64Array) return copyUnit(block);
  const place = `${data.byteOffset} ${block.shape}`;
  const ofMemory = known.get(data.buffer) ?? new Map<string, UnitBlock>();
  const found = ofMemory.get(place) ?? frozenUnit(block);
  if (ofMemory.size >= mostWindows) ofMemory.clear();
  ofMemory.set(place, found);
  known.set(data.buffer, ofMemory);
  return found;
}

function frozenUnit(block: Features): UnitBlock {
  const data = values(block);
  const [k, d] = block.shape as [number, number];
  for (let row = 0; row < k; row++) {
    const sum = squareSum(data, row * d, d);
    if (!(Math.abs(sum - 1) <= rounding || sum === 0)) return copyUnit(block);
  }
  return { rows: block, isBroken: false };
}

function copyUnit(block: Features): UnitBlock {
  const data = values(block);
  const [k, d] = block.shape as [number, number];
  const to = data instanceof Float32Array ? new Float32Array(k * d) : new Float64Array(k * d);
  let isBroken = false;
  for (let at = 0; at < to.length; at += d) {
    const sum = squareSum(data, at, d);
    const factor = Number.isFinite(sum) ? 1 / Math.max(Math.sqrt(sum), smallestNorm) : Number.NaN;
    for (let i = at; i < at + d; i++) to[i] = data[i]! * factor;
    isBroken ||= !Number.isFinite(sum);
  }
  return { rows: tensor(to, [k, d]), isBroken };
}

function squareSum(data: Float32Array | Float64Array, at: number, d: number): number {
  let sum = 0;
  for (let i = at; i < at + d; i++) sum += data[i]! * data[i]!;
  return sum;
}
