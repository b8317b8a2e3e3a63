import { type ContrastBatch, type LossGradients, ViewforgeError } from '@viewforge/core';
import { checkBatch } from '@viewforge/losses';
import type { MixedPairs } from './metrix-embedding.ts';
import type { PairRule } from './metrix-rules.ts';
import { type Anchors, openAnchors, type Other } from './open-anchors.ts';

/** What pairs are measured by, and what is made of them. */
export interface AnchorForm {
  readonly isDistance: boolean;
  readonly rule: PairRule;
}

/** The value of a batch, and its gradients where these are wanted. */
export function measureAnchors(batch: ContrastBatch, form: AnchorForm, mixedWeight: number, isWanted: boolean): LossGradients {
  const { positives: mixed, ...clean } = batch;
  checkBatch(clean, 'metrix');
  const opened = openAnchors(clean, checkMixed(clean, mixed));
  const weights = relativeWeights(clean);
  const perQuery = new Float64Array(opened.n).fill(Number.NaN);
  const counts = { positivePairs: 0, negativePairs: 0, mixedPairs: 0, queries: 0 };
  let [total, ofClean, ofMixed] = [0, 0, 0];
  for (let row = 0; row < opened.n; row++) if (opened.positives[row]!.length > 0) total += weights[row]!;
  for (let row = 0; row < opened.n; row++) {
    if (opened.positives[row]!.length === 0) continue;
    const scale = isWanted && total > 0 ? weights[row]! / total : 0;
    const pairs = opened.cleanOf(row);
    const blends = opened.mixedOf(row);
    const own = takePairs(opened, row, pairs, form, scale);
    const other = takePairs(opened, row, blends, form, scale * mixedWeight);
    perQuery[row] = own + mixedWeight * other;
    if (!Number.isFinite(perQuery[row])) {
      throw new ViewforgeError('NOT_FINITE', 'metrix', `expected a finite term for query ${row}, got ${perQuery[row]}`);
    }
    ofClean += weights[row]! * own;
    ofMixed += weights[row]! * other;
    counts.queries++;
    counts.positivePairs += pairs.reduce((sum, { label }) => sum + label, 0);
    counts.negativePairs += pairs.reduce((sum, { label }) => sum + 1 - label, 0);
    counts.mixedPairs += blends.length;
  }
  const mean = (sum: number): number => (total === 0 ? 0 : sum / total);
  const value = mean(ofClean) + mixedWeight * mean(ofMixed);
  const parts = { clean: mean(ofClean), mixed: mean(ofMixed), ...counts };
  return { value, perQuery, parts, gradients: isWanted ? opened.gradients() : {} };
}

/** In place: adds gradients of the pairs times `scale`; what the rule says of them. */
function takePairs(
  { rows: u, sums: toQueries, d }: Anchors,
  row: number,
  pairs: readonly Other[],
  form: AnchorForm,
  scale: number,
): number {
  const from = row * d;
  const measures = Float64Array.from(pairs, ({ rows, at }) =>
    form.isDistance ? distance(u, from, rows, at, d) : dot(u, from, rows, at, d),
  );
  const slopes = new Float64Array(pairs.length);
  const value = form.rule({ measures, labels: pairs.map(({ label }) => label) }, slopes);
  if (scale === 0) return value;
  for (const [j, { rows, at, sums }] of pairs.entries()) {
    const slope = scale * slopes[j]!;
    if (slope === 0 || (form.isDistance && measures[j]! <= 1e-12)) continue;
    for (let e = 0; e < d; e++) {
      const [a, b] = [u[from + e]!, rows[at + e]!];
      const toward = form.isDistance ? (a - b) / measures[j]! : b;
      toQueries[from + e] = toQueries[from + e]! + slope * toward;
      if (sums) sums[at + e] = sums[at + e]! + slope * (form.isDistance ? -toward : a);
    }
  }
  return value;
}

function checkMixed({ queries }: ContrastBatch, positives: ContrastBatch['positives']): MixedPairs | undefined {
  if (positives === undefined) return undefined;
  const fail = (code: 'DOMAIN' | 'SHAPE', expected: string, got: string): never => {
    throw new ViewforgeError(code, 'metrix', `expected ${expected}, got ${got}`);
  };
  if (!('labels' in positives)) fail('DOMAIN', 'mixed rows with labels, as metrix-embedding makes them', 'positives without any');
  const mixed = positives as MixedPairs;
  const [n, d] = queries.shape as [number, number];
  const [m, s, width] = mixed.values.shape as [number, number, number];
  if (mixed.values.shape.length !== 3 || m !== n || width !== d)
    fail('SHAPE', `mixed rows of [${n}, s, ${d}]`, `[${mixed.values.shape}]`);
  if (mixed.labels.length !== n * s) fail('SHAPE', `labels of [${n}, ${s}]`, `${mixed.labels.length} of them`);
  const wrong = mixed.counts.length === n ? mixed.counts.find((count) => count < 0 || count > s) : -1;
  if (wrong !== undefined) fail('SHAPE', `${n} counts of mixed rows in 0..${s}`, `[${mixed.counts}]`);
  const label = mixed.labels.find((each) => !(each >= 0 && each <= 1));
  if (label !== undefined) fail('SHAPE', 'labels in [0, 1]', `${label}`);
  return mixed;
}

/** [n]; relative to the largest, so that sums cannot overflow. */
function relativeWeights({ queries, queryWeights }: ContrastBatch): Float64Array {
  const weights = queryWeights ?? new Float64Array(queries.shape[0]!).fill(1);
  const most = weights.reduce((found, each) => Math.max(found, each), 0);
  return most === 0 ? weights : weights.map((each) => each / most);
}

function distance(a: Float64Array, p: number, b: Float64Array, q: number, d: number): number {
  let sum = 0;
  for (let e = 0; e < d; e++) sum += (a[p + e]! - b[q + e]!) ** 2;
  return Math.sqrt(sum);
}

function dot(a: Float64Array, p: number, b: Float64Array, q: number, d: number): number {
  let sum = 0;
  for (let e = 0; e < d; e++) sum += a[p + e]! * b[q + e]!;
  return sum;
}
