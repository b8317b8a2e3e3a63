import type { BatchGradients, GraphArrays, LossGradients } from '@viewforge/core';
import { smallestNorm, tensor } from '@viewforge/tensor';
import { ofLearningBlocks } from '../learning-blocks.ts';
import { entropyRule } from '../row-entropy.ts';
import { logistic, type RowReport, type RowRule, type SeenRow, softplus } from '../row-rule.ts';
import { createTally } from '../tally.ts';
import type { PlannedBatch } from './contrast-plan.ts';

/** Puts together what the parts of a batch say. */
export interface Collector {
  readonly outputs: readonly string[];
  /** Takes the outputs of the queries from `first` on. */
  take(first: number, outputs: GraphArrays): void;
  report(): LossGradients | undefined;
}

/** An empty collector of a planned batch. */
export function createCollector(planned: PlannedBatch): Collector {
  const { n, k, d, m, form, weights, weight, keysLearn, againstItself } = planned;
  const lengths = { queries: new Float64Array(n).fill(1), keys: new Float64Array(k).fill(1) };
  const gradients: Gathered = { queries: undefined, keys: undefined };
  const tally = createTally({
    queries: { n, norms: lengths.queries },
    blocks: againstItself ? [] : [{ norms: lengths.keys }],
    ...{ weights, weight, measure: form },
  });
  const rule = entropyRule(form.positives);
  let isFinite_ = true;
  const say = (report: RowReport, seen: SeenRow): void => {
    isFinite_ &&= Number.isFinite(report.value);
    tally.take(report, seen);
  };
  return {
    outputs: [
      ...['logits', 'lse', 'largest', 'drift', 'sums', 'hiddenLogits', 'queryGradients'],
      ...(keysLearn ? ['keyGradients'] : []),
      ...(form.similarity === 'cosine' ? ['queryLengths', ...(againstItself ? [] : ['keyLengths'])] : []),
    ],
    take(first, outputs) {
      eachSaid(planned, first, outputs, rule, say);
      const own = floatsOf(outputs, 'queryGradients');
      if (m === n) gradients.queries = own;
      else (gradients.queries ??= new Float32Array(n * d)).set(own, first * d);
      if (keysLearn) gradients.keys = summed(gradients.keys, floatsOf(outputs, 'keyGradients'));
      if (form.similarity === 'dot') return;
      takeLengths(lengths.queries, floatsOf(outputs, 'queryLengths'), first);
      takeLengths(lengths.keys, floatsOf(outputs, againstItself ? 'queryLengths' : 'keyLengths'), 0);
    },
    report() {
      const { queries, keys } = gradients;
      if (queries) clearZeroRows(queries, lengths.queries, d);
      if (keys) clearZeroRows(keys, lengths.keys, d);
      // squares of float32 overflow where the rows themselves do not: such lengths would pass for zero rows
      if (!isFinite_ || !isAllFinite(lengths.queries) || !isAllFinite(lengths.keys)) return undefined;
      // slopes are bounded, so gradients of cosines are finite where all lengths are
      if (form.similarity === 'dot' && !(isAllFinite(queries) && isAllFinite(keys))) return undefined;
      const report = tally.report();
      const { top5: _, ...parts } = report.parts; // counting is another pass over all logits
      return { ...report, parts, gradients: gradientsOf(planned, gradients) };
    },
  };
}

/** Gradients as far as parts have come. */
interface Gathered {
  queries: Float32Array | undefined;
  keys: Float32Array | undefined;
}

/** What the queries of a part with a positive say: the rule sees all negatives as one, of which the model gives the log-sum-exp. */
function eachSaid(
  { k, p, positives, hidden, form }: PlannedBatch,
  first: number,
  outputs: GraphArrays,
  rule: RowRule,
  say: (report: RowReport, seen: SeenRow) => void,
): void {
  const [lse, largest, drift, sums] = ['lse', 'largest', 'drift', 'sums'].map((name) => floatsOf(outputs, name));
  const [all, hiddenLogits] = [floatsOf(outputs, 'logits'), floatsOf(outputs, 'hiddenLogits')];
  let at = 0;
  for (let i = 0; i < lse!.length; i++) {
    const own = positives[first + i]!;
    const hides = hidden[first + i]!.length;
    let sum = sums![i]!;
    for (const end = at + hides; at < end; at++) sum -= hiddenLogits[at]!;
    if (own.columns.length === 0) continue;
    const logits: number[] = [];
    let best = Number.NEGATIVE_INFINITY;
    for (let e = 0; e < own.columns.length; e++) {
      logits.push(all[i * p + e]!);
      best = Math.max(best, logits[e]!);
    }
    const seen: SeenRow = {
      query: first + i,
      positives: { columns: own.columns, weights: own.weights, logits, largest: best },
      negatives: { count: k - hides, largest: largest![i]!, sum, ahead: largest![i]! < best ? 0 : 5 },
    };
    const along = drift![i]! / form.temperature;
    say(logits.length === 1 ? pairReport(logits[0]!, lse![i]!, along) : setReport(rule, seen, lse![i]!, along), seen);
  }
}

/** What a query with one positive says, under every rule: `along` is the mean of its negatives' logits less that of its positive. */
function pairReport(logit: number, lse: number, along: number): RowReport {
  const gap = lse - logit;
  const value = softplus(gap);
  const missed = logistic(gap);
  return { value, parts: { entropy: Math.max(0, value - missed * along), scaleGradient: missed * along } };
}

/** What a query with several positives says: the rule is asked with all negatives as one. */
function setReport(rule: RowRule, seen: SeenRow, lse: number, along: number): RowReport {
  const { logits, weights, largest } = seen.positives;
  const positives = { columns: logits.map((_, e) => e), weights, logits, largest };
  const row = new Float64Array(logits.length + 1).fill(Number.NEGATIVE_INFINITY);
  row[logits.length] = lse;
  const asked = { query: seen.query, positives, negatives: { count: 1, largest: lse, sum: lse, ahead: 0 } };
  return corrected(rule(row, asked), row, asked, along);
}

/** What the rule said as if all negatives were one, with what their spread adds. `along` is the mean negative logit, and the positives by their slopes. */
function corrected(
  { value, parts = {} }: RowReport,
  row: Float64Array,
  { positives, negatives }: SeenRow,
  along: number,
): RowReport {
  const { logits, largest } = positives;
  const missed = row[logits.length]!;
  if (!(missed > 1e-18)) return { value, parts };
  const pulled = logits.reduce((sum, logit, e) => sum + (row[e]! / missed) * logit, 0);
  const spread = negatives.largest - (along - pulled);
  const mine = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  return {
    value,
    parts: {
      entropy: parts['entropy']! + logistic(negatives.largest - mine) * spread,
      scaleGradient: parts['scaleGradient']! - missed * spread,
    },
  };
}

function gradientsOf({ batch, d }: PlannedBatch, { queries, keys }: Gathered): BatchGradients {
  let at = 0;
  const starts = batch.keys.map(({ shape }) => {
    const start = at;
    at += shape[0]! * d;
    return start;
  });
  const blocks = ofLearningBlocks(batch, ({ shape }, b) => tensor(keys!.subarray(starts[b]!, starts[b]! + shape[0]! * d), shape));
  return { queries: tensor(queries!, batch.queries.shape), keys: blocks };
}

function floatsOf(outputs: GraphArrays, name: string): Float32Array {
  return outputs[name]!.data as Float32Array;
}

/** In place: the first with the second added, or the second where there is no first. */
function summed(sum: Float32Array | undefined, part: Float32Array): Float32Array {
  if (sum === undefined) return part;
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + part[i]!;
  return sum;
}

function isAllFinite(numbers: Float32Array | Float64Array | undefined): boolean {
  let nothing = 0; // stays 0 unless a number is NaN or an infinity
  for (let i = 0; numbers && i < numbers.length; i++) nothing += numbers[i]! * 0;
  return nothing === 0;
}

/** As norms of `Rows`: 0 for rows that count as zero. */
function takeLengths(norms: Float64Array, lengths: Float32Array, first: number): void {
  for (let i = 0; i < lengths.length; i++) norms[first + i] = lengths[i]! <= smallestNorm ? 0 : lengths[i]!;
}

function clearZeroRows(gradients: Float32Array, norms: Float64Array, d: number): void {
  for (let row = 0; row < norms.length; row++) if (norms[row] === 0) gradients.fill(0, row * d, row * d + d);
}
