import { choice } from '@viewforge/core';
import { smallestNorm } from '@viewforge/tensor';

/** The distances that losses offer; 'inner-product' is larger where rows are nearer, all others are smaller. */
export const distanceNames = ['euclidean', 'squared-euclidean', 'manhattan', 'inner-product', 'signal-to-noise'] as const;

/** Which distance. */
export type DistanceName = (typeof distanceNames)[number];

/** Some rows of d numbers: `count` rows of `data` from row `first`. */
export interface Stretch {
  readonly data: Float64Array;
  readonly first: number;
  readonly count: number;
}

/** How far apart a row x of d numbers is from rows y, and how that changes. */
export interface Distance {
  /** 1 where a larger number means farther apart, -1 where it means nearer. */
  readonly sign: 1 | -1;
  /** In place: out[j] is the number of x and row j of the stretch. */
  values(x: Float64Array, y: Stretch, out: Float64Array): void;
  /**
   * In place: adds slopes[j] times the derivative of number j to `into.x` [d] and to the rows of `into.y`, which is of the size of `y.data`.
   * Where there is no derivative it counts as 0, as for a distance of at most 1e-12: that of rows which differ by rounding alone has no direction.
   */
  pull(x: Float64Array, y: Stretch, found: Found, into: Into): void;
}

/** Numbers of a stretch, and the derivative of something with respect to them. */
export interface Found {
  readonly values: Float64Array;
  readonly slopes: Float64Array;
}

/** Where derivatives with respect to rows are added up. */
export interface Into {
  readonly x: Float64Array;
  /** Undefined where none are wanted. */
  readonly y: Float64Array | undefined;
}

/** Each distance by its name. */
export const distances: Readonly<Record<DistanceName, Distance>> = {
  euclidean: {
    sign: 1,
    values: eachValue((x, y, at) => Math.sqrt(squares(x, y, at))),
    pull: pullDifferences((value) => (value <= smallestNorm ? 0 : 1 / value)),
  },
  'squared-euclidean': { sign: 1, values: eachValue(squares), pull: pullDifferences(() => 2) },
  manhattan: { sign: 1, values: eachValue(absolutes), pull: pullSigns },
  'inner-product': { sign: -1, values: eachValue(products), pull: pullProducts },
  'signal-to-noise': { sign: 1, values: eachValue(noise), pull: pullNoise },
};

/** The two options of losses that let one choose: which distance, and of which rows. */
export function distanceOptions(standard: DistanceName) {
  return {
    distance: choice(distanceNames, {
      default: standard,
      doc: 'How rows are compared; the inner product is the cosine for rows of length 1, signal-to-noise is var(query - key) / var(query).',
    }),
    rows: choice(['unit', 'raw'], { default: 'unit', doc: 'Compare rows brought to length 1, or as they are given.' }),
  };
}

/** The number of x and the row that starts at `at` in y. */
type Pairwise = (x: Float64Array, y: Float64Array, at: number) => number;

function eachValue(pairwise: Pairwise): Distance['values'] {
  return (x, { data, first, count }, out) => {
    for (let j = 0; j < count; j++) out[j] = pairwise(x, data, (first + j) * x.length);
  };
}

function squares(x: Float64Array, y: Float64Array, at: number): number {
  let sum = 0;
  for (let e = 0; e < x.length; e++) sum += (x[e]! - y[at + e]!) ** 2;
  return sum;
}

function absolutes(x: Float64Array, y: Float64Array, at: number): number {
  let sum = 0;
  for (let e = 0; e < x.length; e++) sum += Math.abs(x[e]! - y[at + e]!);
  return sum;
}

function products(x: Float64Array, y: Float64Array, at: number): number {
  let sum = 0;
  for (let e = 0; e < x.length; e++) sum += x[e]! * y[at + e]!;
  return sum;
}

/** The derivative by an element of x is a factor times x - y there, and that by y the opposite. */
function pullDifferences(factorOf: (value: number) => number): Distance['pull'] {
  return (x, { data, first, count }, { values, slopes }, into) => {
    for (let j = 0; j < count; j++) {
      if (slopes[j] === 0) continue; // also of columns that may hold no number
      const factor = slopes[j]! * factorOf(values[j]!);
      for (let e = 0, at = (first + j) * x.length; e < x.length; e++, at++) {
        const gain = factor * (x[e]! - data[at]!);
        into.x[e] = into.x[e]! + gain;
        if (into.y) into.y[at] = into.y[at]! - gain;
      }
    }
  };
}

function pullSigns(x: Float64Array, { data, first, count }: Stretch, { values, slopes }: Found, into: Into): void {
  for (let j = 0; j < count; j++) {
    if (slopes[j] === 0 || values[j]! <= smallestNorm) continue;
    for (let e = 0, at = (first + j) * x.length; e < x.length; e++, at++) {
      const gain = slopes[j]! * Math.sign(x[e]! - data[at]!);
      into.x[e] = into.x[e]! + gain;
      if (into.y) into.y[at] = into.y[at]! - gain;
    }
  }
}

function pullProducts(x: Float64Array, { data, first, count }: Stretch, { slopes }: Found, into: Into): void {
  for (let j = 0; j < count; j++) {
    const slope = slopes[j]!;
    if (slope === 0) continue;
    for (let e = 0, at = (first + j) * x.length; e < x.length; e++, at++) {
      into.x[e] = into.x[e]! + slope * data[at]!;
      if (into.y) into.y[at] = into.y[at]! + slope * x[e]!;
    }
  }
}

/** var(x - y) / var(x); 0 where x has no variance to speak of. */
function noise(x: Float64Array, y: Float64Array, at: number): number {
  const signal = spread(x, mean(x));
  if (signal <= smallestNorm ** 2) return 0;
  const shift = mean(x) - meanFrom(y, at, x.length);
  let sum = 0;
  for (let e = 0; e < x.length; e++) sum += (x[e]! - y[at + e]! - shift) ** 2;
  return sum / signal;
}

function pullNoise(x: Float64Array, { data, first, count }: Stretch, { values, slopes }: Found, into: Into): void {
  const middle = mean(x);
  const signal = spread(x, middle);
  if (signal <= smallestNorm ** 2) return;
  for (let j = 0; j < count; j++) {
    if (slopes[j] === 0) continue;
    const from = (first + j) * x.length;
    const shift = middle - meanFrom(data, from, x.length);
    const factor = (2 * slopes[j]!) / signal;
    for (let e = 0; e < x.length; e++) {
      const difference = x[e]! - data[from + e]! - shift;
      into.x[e] = into.x[e]! + factor * (difference - values[j]! * (x[e]! - middle));
      if (into.y) into.y[from + e] = into.y[from + e]! - factor * difference;
    }
  }
}

/** The sum of squared deviations. */
function spread(x: Float64Array, middle: number): number {
  let sum = 0;
  for (const each of x) sum += (each - middle) ** 2;
  return sum;
}

function mean(x: Float64Array): number {
  return meanFrom(x, 0, x.length);
}

function meanFrom(x: Float64Array, from: number, count: number): number {
  let sum = 0;
  for (let e = from; e < from + count; e++) sum += x[e]!;
  return sum / count;
}
