import { choice, integer, ViewforgeError } from '@viewforge/core';

/** How a patch that was made is compared with the original. */
export interface PatchOptions {
  readonly distance: 'mse' | 'normalized-mse' | 'chamfer';
  /** Numbers of one point, for 'chamfer'. */
  readonly coordinates: number;
}

/** The options of losses that compare patches. */
export const patchFields = {
  distance: choice(['mse', 'normalized-mse', 'chamfer'], {
    default: 'mse',
    doc: 'Squared difference, from the original or from the original less its mean and over its deviation, patch by patch (MAE); or nearest points, of patches that are sets of points.',
  }),
  coordinates: integer({
    default: 3,
    min: 1,
    unit: 'numbers',
    doc: "Numbers of one point; for 'chamfer' alone, where a patch of d numbers holds d / coordinates points.",
  }),
};

/** The distance of a patch [d] from the original [d]; in place: `slopes` [d], zeros before, become those of the patch. */
export type PatchDistance = (patch: Float64Array, original: Float64Array, slopes: Float64Array) => number;

/** The distance that options ask for. Throws ViewforgeError (SHAPE) where d numbers are no whole number of points. */
export function patchDistance({ distance, coordinates }: PatchOptions, d: number, where: string): PatchDistance {
  if (distance === 'mse') return meanSquare;
  if (distance === 'normalized-mse') return (patch, original, slopes) => meanSquare(patch, standardized(original), slopes);
  if (d % coordinates !== 0) {
    throw new ViewforgeError('SHAPE', where, `expected patches of whole points of ${coordinates} numbers, got ${d} numbers`);
  }
  return (patch, original, slopes) => chamfer(patch, original, slopes, coordinates);
}

function meanSquare(patch: Float64Array, original: Float64Array, slopes: Float64Array): number {
  const d = patch.length;
  let sum = 0;
  for (let i = 0; i < d; i++) {
    const difference = patch[i]! - original[i]!;
    sum += difference * difference;
    slopes[i] = (2 * difference) / d;
  }
  return sum / d;
}

/** (t - mean) / sqrt(unbiased variance + 1e-6); zeros for one number. */
function standardized(original: Float64Array): Float64Array {
  const d = original.length;
  const mean = original.reduce((sum, each) => sum + each, 0) / d;
  const squares = original.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  const deviation = Math.sqrt((d === 1 ? 0 : squares / (d - 1)) + 1e-6);
  return original.map((each) => (each - mean) / deviation);
}

/** The mean squared distance of each point from the nearest of the other set, both ways added; the first of several nearest. */
function chamfer(patch: Float64Array, original: Float64Array, slopes: Float64Array, coordinates: number): number {
  const points = patch.length / coordinates;
  const add = (a: number, b: number): number => {
    let sum = 0;
    for (let c = 0; c < coordinates; c++) {
      const difference = patch[a * coordinates + c]! - original[b * coordinates + c]!;
      sum += difference * difference;
      slopes[a * coordinates + c] = slopes[a * coordinates + c]! + (2 * difference) / points;
    }
    return sum / points;
  };
  let value = 0;
  for (let point = 0; point < points; point++) {
    value += add(point, nearest(patch, point, original, coordinates));
    value += add(nearest(original, point, patch, coordinates), point);
  }
  return value;
}

/** Which point of `others` is nearest to a point of `from`. */
function nearest(from: Float64Array, point: number, others: Float64Array, coordinates: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let other = 0; other < others.length / coordinates; other++) {
    let sum = 0;
    for (let c = 0; c < coordinates; c++) sum += (from[point * coordinates + c]! - others[other * coordinates + c]!) ** 2;
    if (sum < least) [best, least] = [other, sum];
  }
  return best;
}
