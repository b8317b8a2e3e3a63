import { choice, defineMetric, integer, type MetricReport, number } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite, countZeroRows, rowsAt, stackViews } from '../rows.ts';
import { chosenNotes, seedOption, someItems } from '../some-items.ts';
import { vendiOfRows } from './vendi-score.ts';

/**
 * How many different rows there are: the Vendi score of features by their cosines, in [1, rows]. Of all items, view by view and
 * then the mean over the views of the role, or of the views of each item, and then the mean over the items.
 *
 * Rows of length 0 are left out. Where both items and dimensions are more than `most`, as many items are chosen at random by
 * seed and item id, and a note says so. `n` counts rows. `parts`: the same at orders 0, 1, 2 and infinity. NaN without items,
 * or with a number that is not finite. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const vendi = defineMetric({
  name: 'vendi',
  summary: 'Measure how many different items, or views of an item, there are.',
  reference: 'https://arxiv.org/abs/2210.02410',
  better: 'higher',
  options: z.object({
    among: choice(['items', 'views'], { default: 'items', doc: 'Count the items of each view, or the views of each item.' }),
    order: number({
      default: 1,
      min: 0,
      unit: 'none',
      doc: 'Order of the entropy: 0 counts rare ones fully, a high one hardly.',
    }),
    // the paper's measure of 4000 takes minutes, of 1000 seconds
    most: integer({ default: 1000, min: 1, unit: 'items', doc: 'Of more items, and more dimensions, so many are measured.' }),
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { among, order, most, seed, role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'vendi');
    if (!areFinite(features)) return notFinite;
    const [n = 0, d = 0] = features[0]?.shape ?? [];
    const isMuch = among === 'items' && Math.min(n, d) > most;
    const chosen = someItems(encoded, { most: isMuch ? most : n, seed }, 'vendi');
    const used = features.map((each) => rowsAt(each, chosen));
    const reports = (among === 'items' ? used : viewsOfItems(used)).map((rows) => {
      signal.throwIfAborted();
      return vendiOfRows(rows, { order });
    });
    const found = reports.filter(({ value }) => !Number.isNaN(value));
    if (found.length === 0) return nothingToMeasure('the Vendi score needs a row that is not 0');
    const names = ['order0', 'order1', 'order2', 'orderInfinity'] as const;
    return {
      value: meanOf(found, ({ value }) => value),
      n: found.reduce((sum, report) => sum + report.n, 0),
      parts: Object.fromEntries(names.map((name) => [name, meanOf(found, ({ parts }) => parts[name]!)])),
      notes: [...notes, ...zeroNotes(countZeroRows(used)), ...chosenNotes(chosen, encoded)],
    };
  },
});

function meanOf(reports: readonly MetricReport[], of: (report: MetricReport) => number): number {
  return reports.reduce((sum, report) => sum + of(report), 0) / reports.length;
}

/** For each item its views [views, d]. */
function viewsOfItems(views: readonly Features[]): Features[] {
  const { rows } = stackViews(views);
  const n = views[0]?.shape[0] ?? 0;
  return Array.from({ length: n }, (_, item) =>
    rowsAt(
      rows,
      views.map((_, view) => view * n + item),
    ),
  );
}
