import { defineMetric, integer, number } from '@viewforge/core';
import { dotRows, type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from './reports.ts';
import { featuresOf, roleOption } from './role.ts';
import { areFinite, rowsAt, unitRowsOf } from './rows.ts';
import { chosenNotes, seedOption, someItems } from './some-items.ts';

/**
 * How evenly features cover the sphere: the logarithm of the mean of e^(-t |u_i - u_j|^2) over all pairs of items, view by
 * view, then the mean over the views of the role. In [-4t, 0], 0 when everything is encoded alike.
 *
 * Rows of length 0 are left out. Of more than `most` items, as many are chosen at random by seed and item id, and a note says so.
 * `n` counts rows. NaN with fewer than two items, or a number that is not finite. `parts`: one `view-i` for each view.
 * Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const uniformity = defineMetric({
  name: 'uniformity',
  summary: 'Measure how evenly features cover the sphere.',
  reference: 'https://arxiv.org/abs/2005.10242',
  better: 'lower',
  options: z.object({
    t: number({ default: 2, min: 0, open: 'min', unit: 'none', doc: 'Sharpness of the Gaussian potential between two rows.' }),
    most: integer({
      default: 8192,
      min: 2,
      unit: 'items',
      doc: 'Of more items, so many are measured: the pairs grow with the square.',
    }),
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { t, most, seed, role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'uniformity');
    if (!areFinite(features)) return notFinite;
    const chosen = someItems(encoded, { most, seed }, 'uniformity');
    const found = features.map((each) => uniformRows(rowsAt(each, chosen), t, () => signal.throwIfAborted()));
    const n = found.reduce((sum, each) => sum + each.n, 0);
    const zero = found.reduce((sum, each) => sum + each.zero, 0);
    if (found.length === 0 || found.some((each) => each.n < 2)) {
      return nothingToMeasure('uniformity needs two items whose features are not 0');
    }
    return {
      value: found.reduce((sum, each) => sum + each.value, 0) / found.length,
      n,
      parts: Object.fromEntries(found.map((each, view) => [`view-${view}`, each.value])),
      notes: [...notes, ...zeroNotes(zero), ...chosenNotes(chosen, encoded)],
    };
  },
});

/**
 * ln of the mean of e^(-t |u_i - u_j|^2) over all pairs i < j of rows of x [n, d] brought to length 1, in float64; rows of
 * length 0 are left out, NaN for fewer than two.
 */
export function uniformityOf(x: Features, t = 2): number {
  return uniformRows(x, t, () => {}).value;
}

interface Uniform {
  readonly value: number;
  /** Rows that count, and rows of length 0. */
  readonly n: number;
  readonly zero: number;
}

function uniformRows(x: Features, t: number, everyRow: () => void): Uniform {
  const d = x.shape[1]!;
  const { rows, norms } = unitRowsOf(x);
  const u = values(rows);
  const kept = [...norms.keys()].filter((row) => norms[row] !== 0);
  // on unit rows -t |u - v|^2 is 2t (u . v - 1); shifting by the largest keeps the sum from vanishing
  let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let a = 1; a < kept.length; a++) {
    everyRow();
    for (let b = 0; b < a; b++) {
      const potential = 2 * t * (dotRows(u, kept[a]!, u, kept[b]!, d) - 1);
      if (potential > largest) {
        sum = sum * Math.exp(largest - potential) + 1;
        largest = potential;
      } else sum += Math.exp(potential - largest);
    }
  }
  const pairs = (kept.length * (kept.length - 1)) / 2;
  return { value: pairs === 0 ? Number.NaN : largest + Math.log(sum / pairs), n: kept.length, zero: norms.length - kept.length };
}
