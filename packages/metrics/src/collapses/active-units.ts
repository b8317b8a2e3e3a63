import { defineMetric, type MetricReport } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite, checkWidth } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/**
 * Which share of units is alive: dimensions whose mean over all rows of the role is above 0. In [0, 1]; it says something of
 * features that come out of a rectifier.
 *
 * `parts`: `units`, their number. `n` counts rows. NaN without rows or dimensions, or with a number that is not finite. Throws
 * ViewforgeError (NAME) for a role that the plan lacks.
 */
export const activeUnits = defineMetric({
  name: 'active-units',
  summary: 'Measure which share of units is active at all.',
  better: 'higher',
  options: z.object({ role: roleOption }),
  async measure(encoded, { role }, { signal }) {
    signal.throwIfAborted();
    const { features, notes } = featuresOf(encoded, role, 'active-units');
    const units = createActiveUnits(features[0]?.shape[1] ?? 0);
    for (const each of features) units.add(each);
    const report = units.result();
    return report.n === 0 ? report : { ...report, notes };
  },
});

/** What active units are worked out from. */
export interface UnitSums {
  readonly n: number;
  /** [d] */
  readonly sums: Float64Array;
  readonly allFinite: boolean;
}

/**
 * An accumulator of activations [n, d] with the value, parts and edges of `activeUnits`. `add` throws ViewforgeError (SHAPE)
 * for another width.
 */
export function createActiveUnits(d: number): Accumulator<Features, UnitSums, MetricReport> {
  const sums = new Float64Array(d);
  let [n, allFinite] = [0, true];
  return {
    add(x) {
      checkWidth('active-units', x, d);
      allFinite &&= areFinite([x]);
      const data = values(x);
      for (let i = 0; i < data.length; i++) sums[i % d]! += data[i]!;
      n += x.shape[0]!;
    },
    merge(other) {
      const more = other.state();
      n += more.n;
      allFinite &&= more.allFinite;
      for (let i = 0; i < d; i++) sums[i]! += more.sums[i]!;
    },
    state: () => ({ n, sums, allFinite }),
    result() {
      if (!allFinite) return notFinite;
      if (n === 0 || d === 0) return nothingToMeasure('active units need a row');
      return { value: sums.filter((sum) => sum > 0).length / d, n, parts: { units: d }, notes: [] };
    },
  };
}
