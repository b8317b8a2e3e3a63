import { ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { areFinite, checkWidth, directionsOf, unitRowsOf } from '../rows.ts';
import { eachNearest } from './nearest.ts';

/**
 * [n]; how much each of `rows` [n, d] looks like one of `known` [m, d], the features of training (UniCon-HA): its largest cosine, in [-1, 1],
 * with `timesLength` times the row's own length, for networks that give inliers longer rows. A row of length <= 1e-12 has 0; known rows of
 * that length are left out. High for inliers. Throws ViewforgeError: SHAPE for another width, EMPTY where no known row has a direction,
 * NOT_FINITE.
 */
export function inlierScoresOf(
  rows: Features,
  known: Features,
  { timesLength = false }: { readonly timesLength?: boolean } = {},
): Float64Array {
  checkWidth('inlier-scores', rows, known.shape[1]!);
  if (!areFinite([rows, known])) {
    throw new ViewforgeError('NOT_FINITE', 'inlier-scores', 'expected rows of finite numbers, got NaN or an infinity');
  }
  const [{ rows: queries, norms }, { rows: keys }] = [unitRowsOf(rows), directionsOf(known)];
  if (keys.shape[0] === 0) throw new ViewforgeError('EMPTY', 'inlier-scores', 'expected known rows with a direction, got none');
  const found = new Float64Array(rows.shape[0]!);
  eachNearest({ queries, keys, nearness: 'product' }, 1, (row, { scores }) => {
    found[row] = norms[row] === 0 ? 0 : scores[0]! * (timesLength ? norms[row]! : 1);
  });
  return found;
}
