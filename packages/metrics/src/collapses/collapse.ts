import { defineMetric, flag, type MetricReport } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite, checkWidth, directionsOf } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/**
 * How far features are from a collapse to one point: the deviation of each dimension (divided by n - 1) over unit rows, its
 * mean over dimensions, times the root of their number d. 0 where everything is encoded alike, near 1 where rows spread evenly
 * over the sphere. All views of the role count as rows.
 *
 * `parts`: `deviation`, the mean alone, `smallestDeviation`, `constant`, how many dimensions do not vary, and `correlation`:
 * the mean squared correlation of two dimensions that vary, 0 to 1, absent where there are none. Rows of length 0 are left out.
 * `n` counts rows. NaN with fewer than two rows, or a number that is not finite. Throws ViewforgeError (NAME) for a role that
 * the plan lacks.
 */
export const collapse = defineMetric({
  name: 'collapse',
  summary: 'Measure how far features are from a collapse to one point.',
  reference: 'https://arxiv.org/abs/2011.10566',
  better: 'higher',
  options: z.object({
    correlations: flag({
      default: true,
      doc: 'Correlate dimensions as well: time and memory grow with the square of the width.',
    }),
    role: roleOption,
  }),
  async measure(encoded, { correlations, role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'collapse');
    const rows = createCollapse(features[0]?.shape[1] ?? 0, { correlations });
    for (const each of features) {
      signal.throwIfAborted();
      rows.add(each);
    }
    const report = rows.result();
    return report.n === 0 ? report : { ...report, notes: [...notes, ...report.notes] };
  },
});

/** What collapse is worked out from. */
export interface CollapseSums {
  readonly n: number;
  /** [d]; of unit rows. */
  readonly mean: Float64Array;
  /** [d, d], of which the lower half holds sums of products about the mean; [d], the squares alone, without correlations. */
  readonly products: Float64Array;
  /** Rows of length 0. */
  readonly zero: number;
  readonly allFinite: boolean;
}

/**
 * An accumulator of rows of width d with the value, parts and notes of `collapse`, the same to the last bit however rows are
 * split: means and products about them (Welford; Chan, Golub and LeVeque for merging) are brought up row by row. `add` throws
 * ViewforgeError (SHAPE) for another width.
 */
export function createCollapse(
  d: number,
  { correlations = true }: { readonly correlations?: boolean } = {},
): Accumulator<Features, CollapseSums, MetricReport> {
  const [mean, products] = [new Float64Array(d), new Float64Array(correlations ? d * d : d)];
  let [n, zero, allFinite] = [0, 0, true];
  const distance = new Float64Array(d);
  /** So many rows whose mean is `row`. */
  const move = (count: number, row: ArrayLike<number>): void => {
    for (let i = 0; i < d; i++) distance[i] = row[i]! - mean[i]!;
    const before = n;
    n += count;
    addProducts(products, distance, (before * count) / n);
    for (let i = 0; i < d; i++) mean[i]! += (distance[i]! * count) / n;
  };
  const state = (): CollapseSums => ({ n, mean, products, zero, allFinite });
  return {
    add(x) {
      checkWidth('collapse', x, d);
      allFinite &&= areFinite([x]);
      if (!allFinite) return;
      const unit = directionsOf(x);
      zero += unit.zero;
      const u = values(unit.rows);
      for (let row = 0; row < unit.kept.length; row++) move(1, u.subarray(row * d, row * d + d));
    },
    merge(other) {
      const more = other.state();
      zero += more.zero;
      allFinite &&= more.allFinite;
      if (more.n === 0) return;
      for (let i = 0; i < products.length; i++) products[i]! += more.products[i]!;
      move(more.n, more.mean);
    },
    state,
    result() {
      if (!allFinite) return notFinite;
      if (n < 2 || d === 0) return nothingToMeasure('collapse needs two rows that are not 0');
      return { ...spreadOf(state()), notes: zeroNotes(zero) };
    },
  };
}

/** In place: products gain factor * row row^T, or its diagonal alone where they are no more than that. */
function addProducts(products: Float64Array, row: Float64Array, factor: number): void {
  const d = row.length;
  if (products.length === d) {
    for (let i = 0; i < d; i++) products[i]! += factor * row[i]! ** 2;
    return;
  }
  for (let i = 0; i < d; i++) {
    const left = factor * row[i]!;
    for (let j = 0; j <= i; j++) products[i * d + j]! += left * row[j]!;
  }
}

function spreadOf({ n, mean, products }: CollapseSums): Omit<MetricReport, 'notes'> {
  const d = mean.length;
  const step = products.length === d ? 1 : d + 1;
  const deviations = Float64Array.from({ length: d }, (_, i) => Math.sqrt(products[i * step]! / (n - 1)));
  const deviation = deviations.reduce((sum, each) => sum + each, 0) / d;
  // what rounding leaves of a dimension that does not vary, of numbers up to 1
  const varying = [...deviations.keys()].filter((i) => deviations[i]! > 1e-12);
  let [sum, pairs] = [0, 0];
  for (const i of step === 1 ? [] : varying) {
    for (const j of varying) {
      if (j >= i) break;
      sum += (products[i * d + j]! / (n - 1) / (deviations[i]! * deviations[j]!)) ** 2;
      pairs++;
    }
  }
  return {
    value: deviation * Math.sqrt(d),
    n,
    parts: {
      deviation,
      smallestDeviation: deviations.reduce((least, each) => Math.min(least, each)),
      constant: d - varying.length,
      ...(pairs === 0 ? {} : { correlation: sum / pairs }),
    },
  };
}
