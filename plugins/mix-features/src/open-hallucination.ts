import { type ContrastBatch, ViewforgeError } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Features, tensor, values } from '@viewforge/tensor';
import { layoutOf, onlyPositives, placeOf, seenBySome } from './batch-layout.ts';
import { type ArcPoint, drawArcPoints, type Hallucination, unitInFloat64 } from './hallucinate.ts';
import { sphericalKMeans } from './spherical-k-means.ts';

const where = 'hallucinate-positives';

/** What `hallucinatePositives` draws: null where it is not time yet. */
export type HallucinationDraw =
  | (Hallucination & {
      readonly seed: number;
      readonly prototypes: number;
      readonly window: number;
      /** The row of the queue that is written next; those before it are the newest. */
      readonly end: number;
    })
  | null;

/** Keys [n, d] and prototypes [p, d] at length 1 in float64, and the points of each key. */
export function openHallucination(batch: ContrastBatch, params: NonNullable<HallucinationDraw>) {
  if (batch.positives !== undefined) fail('DOMAIN', 'no synthetic positives', 'some');
  const random = createRandom(params.seed);
  const prototypes = sphericalKMeans(newestRows(batch, params), { count: params.prototypes }, random.fork('prototypes'));
  const keys = positiveKeys(batch);
  return { keys, prototypes, points: drawArcPoints(keys, prototypes, params, random.fork('positives')) as readonly ArcPoint[][] };
}

/** The positive key of each query at length 1 in float64; a row of zeros for a query without one. */
function positiveKeys(batch: ContrastBatch): Features {
  const { n, d, starts } = layoutOf(batch, where);
  const rows = new Float64Array(n * d);
  for (const [row, column] of onlyPositives(batch, where).entries()) {
    if (column < 0) continue;
    const [block, at] = placeOf(starts, column);
    rows.set(values(batch.keys[block]!).subarray(at * d, (at + 1) * d), row * d);
  }
  return checkFinite(tensor(rows, [n, d]), (row) => `the key of query ${row}`);
}

/** The newest rows of the blocks without positives, newest first, or all keys where there is no such block; those that some query may see. */
function newestRows(batch: ContrastBatch, { window, end }: NonNullable<HallucinationDraw>): Features {
  const { d, k: all, starts } = layoutOf(batch, where);
  const queued = queueRows(batch);
  const columns = queued.length > 0 ? queued : Int32Array.from({ length: all }, (_, column) => column);
  const k = columns.length;
  const seen = seenBySome(batch);
  const newest = Array.from(
    { length: queued.length > 0 ? Math.min(window, k) : k },
    (_, i) => columns[(end - 1 - i + 2 * k) % k]!,
  );
  const chosen = newest.filter((column) => seen[column] === 1);
  const rows = new Float64Array(chosen.length * d);
  chosen.forEach((column, i) => {
    const [block, at] = placeOf(starts, column);
    rows.set(values(batch.keys[block]!).subarray(at * d, (at + 1) * d), i * d);
  });
  return checkFinite(tensor(rows, [chosen.length, d]), (row) => `column ${chosen[row]}`);
}

/** The columns of blocks without positives. */
export function queueRows(batch: ContrastBatch): Int32Array {
  const { holdsPositives, starts, k } = layoutOf(batch, where);
  const columns = new Int32Array(k);
  let count = 0;
  starts.forEach((start, b) => {
    if (holdsPositives[b]) return;
    const end = starts[b + 1] ?? k;
    for (let column = start; column < end; column++) columns[count++] = column;
  });
  return columns.subarray(0, count);
}

function checkFinite(rows: Features, nameOf: (row: number) => string): Features {
  const [, d] = rows.shape as [number, number];
  const broken = values(rows).findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) fail('NOT_FINITE', 'finite numbers', `others in ${nameOf(Math.floor(broken / d))}`);
  return unitInFloat64(rows);
}

function fail(code: 'DOMAIN' | 'NOT_FINITE', expected: string, got: string): never {
  throw new ViewforgeError(code, where, `expected ${expected}, got ${got}`);
}
