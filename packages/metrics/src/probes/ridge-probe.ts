import { defineMetric, number } from '@viewforge/core';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { featuresOf, labelsOf, roleOption } from '../role.ts';
import { areFinite, rowsAt } from '../rows.ts';
import { ridgeLeaveOneOut } from './ridge-regression.ts';

/**
 * How well classes can be read off features by a linear map: the share of items whose class a ridge regression of all other
 * items on their classes gives the largest sum, view by view, then the mean over the views of the role. In [0, 1].
 *
 * Features count as they are, without an intercept. Items without a class are left out. `n` counts rows; `parts`: `classes`.
 * NaN with fewer than two items with a class, or a number that is not finite. Throws ViewforgeError (NAME) for a role that the
 * plan lacks.
 */
export const ridgeProbe = defineMetric({
  name: 'ridge-probe',
  summary: 'Measure how well classes can be read off features by a linear map.',
  better: 'higher',
  options: z.object({
    strength: number({
      default: 1,
      min: 0,
      open: 'min',
      unit: 'none',
      doc: 'How much large weights cost, against squared errors.',
    }),
    role: roleOption,
  }),
  async measure(encoded, { strength, role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'ridge-probe');
    if (!areFinite(features)) return notFinite;
    const known = labelsOf(encoded);
    const reports = features.map((each) => {
      signal.throwIfAborted();
      return ridgeLeaveOneOut(rowsAt(each, known.positions), known.labels, strength);
    });
    const n = reports.reduce((sum, report) => sum + report.n, 0);
    if (n === 0) return nothingToMeasure('a probe needs two items with a class');
    return {
      value: reports.reduce((sum, report) => sum + report.value, 0) / reports.length,
      n,
      parts: { classes: new Set(known.labels).size },
      notes: [...notes, ...known.notes],
    };
  },
});
