import { defineMetric, type MetricReport } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { featuresOf, labelsOf, roleOption } from '../role.ts';
import { type LabeledRows, areFinite, checkLabels, checkWidth, directionsOf, rowsAt } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/**
 * How close items of one class lie: the mean cosine over all pairs of items of a class, view by view, then the mean over the
 * views of the role. In [-1, 1].
 *
 * `parts`: `between`, the mean cosine over all pairs of items of different classes, where there are some, and `gap`, the value
 * less that. Items without a class and rows of length 0 are left out. `n` counts rows. NaN where no class has two items, or a
 * number is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const tolerance = defineMetric({
  name: 'tolerance',
  summary: 'Measure how close items of one class lie.',
  reference: 'https://arxiv.org/abs/2012.09740',
  better: 'higher',
  options: z.object({ role: roleOption }),
  async measure(encoded, { role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'tolerance');
    if (!areFinite(features)) return notFinite;
    const known = labelsOf(encoded);
    const reports = features.map((each) => {
      signal.throwIfAborted();
      return toleranceOf(rowsAt(each, known.positions), known.labels);
    });
    const found = reports.filter(({ value }) => !Number.isNaN(value));
    if (found.length === 0) return nothingToMeasure('tolerance needs two items of one class');
    const value = found.reduce((sum, report) => sum + report.value, 0) / found.length;
    const apart = found.map(({ parts }) => parts['between']).filter((each) => each !== undefined);
    const between = apart.reduce((sum, each) => sum + each, 0) / apart.length;
    return {
      value,
      n: found.reduce((sum, report) => sum + report.n, 0),
      parts: apart.length === 0 ? {} : { between, gap: value - between },
      notes: [...notes, ...known.notes, ...new Set(reports.flatMap((report) => report.notes))],
    };
  },
});

/**
 * The mean cosine over pairs of rows of x [n, d] with the same label of `labels` [n], below 0 for none, with the parts, notes and
 * edges of `tolerance`. Throws ViewforgeError (LABEL) unless there is one label a row.
 */
export function toleranceOf(x: Features, labels: ArrayLike<number>): MetricReport {
  const all = createTolerance(x.shape[1]!);
  all.add({ rows: x, labels });
  return all.result();
}

/** What tolerance is worked out from: of each class its label, its number of rows and the sum [d] of its unit rows. */
export interface ClassSums {
  readonly classes: readonly { readonly label: number; readonly count: number; readonly sum: Float64Array }[];
  /** Rows of length 0. */
  readonly zero: number;
  readonly allFinite: boolean;
}

/**
 * An accumulator of rows of width d and their classes that says what `toleranceOf` says of all of them: all pairs follow from
 * the sums of classes; labels below 0 are none. `add` throws ViewforgeError: SHAPE for another width, LABEL unless there is one a row.
 */
export function createTolerance(d: number): Accumulator<LabeledRows, ClassSums, MetricReport> {
  const classes = new Map<number, { label: number; count: number; sum: Float64Array }>();
  let [zero, allFinite] = [0, true];
  const take = (label: number, count: number, row: Float64Array | Float32Array): void => {
    const found = classes.get(label) ?? { label, count: 0, sum: new Float64Array(d) };
    classes.set(label, found);
    found.count += count;
    for (let i = 0; i < d; i++) found.sum[i]! += row[i]!;
  };
  const state = (): ClassSums => ({ classes: [...classes.values()], zero, allFinite });
  return {
    add({ rows, labels }) {
      checkLabels('tolerance', rows.shape[0]!, labels);
      checkWidth('tolerance', rows, d);
      allFinite &&= areFinite([rows]);
      if (!allFinite) return;
      const unit = directionsOf(rows);
      zero += unit.zero;
      const u = values(unit.rows);
      for (const [i, row] of unit.kept.entries()) {
        if (labels[row]! >= 0) take(labels[row]!, 1, u.subarray(i * d, i * d + d));
      }
    },
    merge(other) {
      const more = other.state();
      zero += more.zero;
      allFinite &&= more.allFinite;
      for (const { label, count, sum } of more.classes) take(label, count, sum);
    },
    state,
    result: () => (allFinite ? ofClasses(state()) : notFinite),
  };
}

function ofClasses({ classes, zero }: ClassSums): MetricReport {
  const total = new Float64Array(classes[0]?.sum.length ?? 0);
  let [n, pairs, inside, within] = [0, 0, 0, 0];
  for (const { count, sum } of classes) {
    n += count;
    pairs += count * (count - 1);
    // |sum of unit rows|^2 holds each ordered pair once, and each row with itself
    within += count < 2 ? 0 : lengthOf(sum) - count;
    inside += lengthOf(sum);
    for (let j = 0; j < sum.length; j++) total[j]! += sum[j]!;
  }
  if (pairs === 0) return nothingToMeasure('tolerance needs two items of one class');
  const others = classes.reduce((all, { count }) => all + count * (n - count), 0);
  const value = within / pairs;
  const between = (lengthOf(total) - inside) / others;
  return { value, n, parts: others === 0 ? {} : { between, gap: value - between }, notes: zeroNotes(zero) };
}

/** The squared length of a vector. */
function lengthOf(vector: Float64Array): number {
  return vector.reduce((sum, each) => sum + each * each, 0);
}
