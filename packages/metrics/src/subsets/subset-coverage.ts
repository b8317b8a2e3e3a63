import { type MetricReport, ViewforgeError } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { areFinite, squaredDistance } from '../rows.ts';

/**
 * How well chosen rows stand for all rows x [n, d]: the mean distance of a row to the nearest chosen one. `parts`: `largest`
 * (such distance), `facilityLocation` (sum over rows of `reach` less that distance, which a greedy choice makes large) and
 * `reach`. `reach` is the largest distance of two rows; finding it takes n^2 distances, so give it where it is known. NaN, with
 * a note, where nothing is chosen. Throws ViewforgeError (OPTION) for a choice that is no row.
 */
export function subsetCoverageOf(x: Features, chosen: ArrayLike<number>, reach?: number): MetricReport {
  const [n, d] = x.shape as [number, number];
  checkChosen(chosen, n);
  if (chosen.length === 0) return nothingToMeasure('coverage needs a chosen row');
  if (!areFinite([x])) return notFinite;
  const data = values(x);
  const far = reach ?? reachOf(data, n, d);
  let [sum, largest] = [0, 0];
  for (let row = 0; row < n; row++) {
    let nearest = Number.POSITIVE_INFINITY;
    for (let c = 0; c < chosen.length; c++) nearest = Math.min(nearest, squaredDistance(data, row, data, chosen[c]!, d));
    sum += Math.sqrt(nearest);
    largest = Math.max(largest, Math.sqrt(nearest));
  }
  return { value: sum / n, n, parts: { largest, facilityLocation: n * far - sum, reach: far }, notes: [] };
}

/**
 * How far the weighted sum of chosen gradients is from the mean of all gradients [n, d], as a share of the latter's length; 0
 * where they agree. `weights` [chosen] are 1 / chosen each when left out; for cluster sizes give size / n. NaN, with a note,
 * where the mean gradient has length 0. Throws ViewforgeError: OPTION for a choice that is no row, SHAPE for other than one
 * weight a choice.
 */
export function gradientErrorOf(gradients: Features, chosen: ArrayLike<number>, weights?: ArrayLike<number>): MetricReport {
  const [n, d] = gradients.shape as [number, number];
  checkChosen(chosen, n);
  if (weights && weights.length !== chosen.length) {
    throw new ViewforgeError('SHAPE', 'gradient-error', `expected ${chosen.length} weights, got ${weights.length}`);
  }
  if (!areFinite([gradients])) return notFinite;
  const data = values(gradients);
  const [mean, difference] = [new Float64Array(d), new Float64Array(d)];
  for (let at = 0; at < n * d; at++) mean[at % d]! += data[at]! / n;
  difference.set(mean);
  for (let c = 0; c < chosen.length; c++) {
    const weight = weights?.[c] ?? 1 / chosen.length;
    for (let i = 0; i < d; i++) difference[i]! -= weight * data[chosen[c]! * d + i]!;
  }
  const length = lengthOf(mean);
  if (!(length > 1e-12)) return nothingToMeasure('the mean gradient has length 0');
  return { value: lengthOf(difference) / length, n, parts: { length, chosen: chosen.length }, notes: [] };
}

/**
 * How far the classes of chosen rows are spread otherwise than all classes: the Jensen-Shannon divergence of both shares, in
 * nats, in [0, ln 2]; 0 where the shares are the same. `parts`: `classes`, `missing` (classes without a chosen row). Labels
 * below 0 do not count. NaN, with a note, where nothing labeled is chosen. Throws ViewforgeError (OPTION) for a choice that is
 * no row.
 */
export function classDivergenceOf(labels: ArrayLike<number>, chosen: ArrayLike<number>): MetricReport {
  checkChosen(chosen, labels.length);
  const all = countsOf(Array.from(labels));
  const some = countsOf(Array.from(chosen, (row) => labels[row]!));
  const [total, taken] = [all, some].map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0)) as [
    number,
    number,
  ];
  if (taken === 0) return nothingToMeasure('class divergence needs a chosen row with a label');
  let value = 0;
  for (const [label, count] of all) {
    const [p, q] = [count / total, (some.get(label) ?? 0) / taken];
    value += (p * Math.log((2 * p) / (p + q)) + (q === 0 ? 0 : q * Math.log((2 * q) / (p + q)))) / 2;
  }
  return { value, n: total, parts: { classes: all.size, missing: all.size - some.size }, notes: [] };
}

function lengthOf(row: Float64Array): number {
  return Math.sqrt(row.reduce((sum, each) => sum + each * each, 0));
}

function countsOf(labels: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) if (label >= 0) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function reachOf(data: ArrayLike<number>, n: number, d: number): number {
  let largest = 0;
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) largest = Math.max(largest, squaredDistance(data, i, data, j, d));
  return Math.sqrt(largest);
}

function checkChosen(chosen: ArrayLike<number>, n: number): void {
  for (let c = 0; c < chosen.length; c++) {
    const row = chosen[c]!;
    if (Number.isInteger(row) && row >= 0 && row < n) continue;
    throw new ViewforgeError('OPTION', 'subset', `expected chosen rows in [0, ${n}), got ${row}`);
  }
}
