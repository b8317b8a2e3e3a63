import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, values } from '@viewforge/tensor';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { areFinite, unitRowsOf } from '../rows.ts';
import { createMoments } from '../streams/moments.ts';

/**
 * The mean cosine of row i of a [n, d] and row i of b [n, d], in [-1, 1]: of images and their captions by two encoders that
 * share a space (as CLIP's do), of stored keys and what the encoder makes of the same items now. `parts`: `least`, `deviation`.
 * Pairs with a row of length 0 are left out. Throws ViewforgeError (SHAPE) where shapes differ. https://arxiv.org/abs/2104.08718
 */
export function pairedCosineOf(a: Features, b: Features): MetricReport {
  if (`${a.shape}` !== `${b.shape}`) {
    throw new ViewforgeError('SHAPE', 'paired-cosine', `expected two sets of one shape, got [${a.shape}] and [${b.shape}]`);
  }
  if (!areFinite([a, b])) return notFinite;
  const [u, v] = [unitRowsOf(a), unitRowsOf(b)];
  const moments = createMoments();
  for (let row = 0; row < u.norms.length; row++) {
    if (u.norms[row] === 0 || v.norms[row] === 0) continue;
    moments.add(dotRows(values(u.rows), row, values(v.rows), row, a.shape[1]!));
  }
  const { n, mean, variance, smallest } = moments.result();
  if (n === 0) return nothingToMeasure('cosines need two rows that are not 0');
  const zero = [u, v].reduce((sum, { norms }) => sum + norms.filter((norm) => norm === 0).length, 0);
  return { value: mean, n, parts: { least: smallest, deviation: Math.sqrt(variance) }, notes: zeroNotes(zero) };
}
