import { ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';

const where = 'first-direction';
/** How near two steps have to be, and how many there are at most. */
const [tolerance, mostSteps] = [1e-12, 2000];

/**
 * [d], of length 1: the direction in which rows [t, d] differ most, the first principal component, for `foregroundMap` and `pairQuality`
 * (GenView): taken once over the patch tokens of a sample of images and kept. Its sign is the one by which projections have the longer tail
 * on their positive side (third moment about the mean), since objects fill fewer patches than their surroundings; where there is no such side,
 * the largest number is positive. Look at the maps of a few images, and negate the direction where they show the background.
 *
 * By power iteration from the row that is farthest from the mean, in float64, memory for one row; where two directions are equally good, one
 * of the plane they span. Throws ViewforgeError: SHAPE for fewer than two rows or none wide, NOT_FINITE, MISMATCH for rows that are all alike.
 */
export function firstDirection(tokens: Features): Float64Array {
  const [t, d] = tokens.shape as [number, number];
  if (t < 2 || d < 1) throw new ViewforgeError('SHAPE', where, `expected at least two tokens, got [${tokens.shape}]`);
  const rows = values(tokens);
  const wrong = rows.findIndex((each) => !Number.isFinite(each));
  if (wrong !== -1)
    throw new ViewforgeError('NOT_FINITE', where, `expected finite tokens, got ${rows[wrong]} in token ${Math.floor(wrong / d)}`);
  const mean = new Float64Array(d);
  for (let i = 0; i < rows.length; i++) mean[i % d]! += rows[i]! / t;
  const cloud: Cloud = { rows, mean, t, d };
  let direction = farthest(cloud);
  for (let step = 0; step < mostSteps; step++) {
    const next = toUnit(applied(cloud, direction));
    const moved = next.reduce((most, each, e) => Math.max(most, Math.abs(each - direction[e]!)), 0);
    direction = next;
    if (moved <= tolerance) break;
  }
  return turned(cloud, direction);
}

/** Rows and their mean. */
interface Cloud {
  readonly rows: Float32Array | Float64Array;
  readonly mean: Float64Array;
  readonly t: number;
  readonly d: number;
}

/** The sum over rows of (row - mean) times its projection on `direction`: the scatter matrix times the direction. */
function applied(cloud: Cloud, direction: Float64Array): Float64Array {
  const { rows, mean, d } = cloud;
  const sum = new Float64Array(d);
  eachProjection(cloud, direction, (projection, at) => {
    for (let e = 0; e < d; e++) sum[e]! += projection * (rows[at + e]! - mean[e]!);
  });
  return sum;
}

function eachProjection(
  { rows, mean, t, d }: Cloud,
  direction: Float64Array,
  visit: (projection: number, at: number) => void,
): void {
  for (let i = 0; i < t; i++) {
    let projection = 0;
    for (let e = 0; e < d; e++) projection += (rows[i * d + e]! - mean[e]!) * direction[e]!;
    visit(projection, i * d);
  }
}

/** The unit row from the mean to the row farthest from it; of rows that are as far, to the first. */
function farthest({ rows, mean, t, d }: Cloud): Float64Array {
  let [best, largest] = [0, 0];
  for (let i = 0; i < t; i++) {
    let squares = 0;
    for (let e = 0; e < d; e++) squares += (rows[i * d + e]! - mean[e]!) ** 2;
    if (squares > largest) [best, largest] = [i, squares];
  }
  if (largest === 0) throw new ViewforgeError('MISMATCH', where, `expected tokens that differ, got ${t} that are all alike`);
  return toUnit(mean.map((each, e) => rows[best * d + e]! - each));
}

function turned(cloud: Cloud, direction: Float64Array): Float64Array {
  let [cubes, size] = [0, 0];
  eachProjection(cloud, direction, (projection) => {
    cubes += projection ** 3;
    size += Math.abs(projection) ** 3;
  });
  const largest = direction.reduce((most, each) => (Math.abs(each) > Math.abs(most) ? each : most), 0);
  const side = Math.abs(cubes) > 1e-9 * size ? cubes : largest;
  return side < 0 ? direction.map((each) => -each) : direction;
}

function toUnit(row: Float64Array): Float64Array {
  const norm = Math.sqrt(row.reduce((sum, each) => sum + each * each, 0));
  return norm > 0 ? row.map((each) => each / norm) : row;
}
