import type { BatchGradients, GraphArrays, LossGradients } from '@viewforge/core';
import { smallestNorm, tensor } from '@viewforge/tensor';
import { ofLearningBlocks } from '../learning-blocks.ts';
import { entropyRule } from '../row-entropy.ts';
import { logistic, type RowReport, type SeenRow } from '../row-rule.ts';
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
  const { n, k, d, form, weights, weight, keysLearn, againstItself } = planned;
  const lengths = { queries: new Float64Array(n).fill(1), keys: new Float64Array(k).fill(1) };
  const gradients = { queries: new Float32Array(n * d), keys: keysLearn ? new Float32Array(k * d) : undefined };
  const tally = createTally({
    queries: { n, norms: lengths.queries },
    blocks: againstItself ? [] : [{ norms: lengths.keys }],
    ...{ weights, weight, measure: form },
  });
  const rule = entropyRule(form.positives);
  let isFinite_ = true;
  const say = ({ report, seen }: Said): void => {
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
      for (const each of saidOf(planned, first, outputs, rule)) say(each);
      gradients.queries.set(floatsOf(outputs, 'queryGradients'), first * d);
      if (gradients.keys) addTo(gradients.keys, floatsOf(outputs, 'keyGradients'));
      if (form.similarity === 'dot') return;
      takeLengths(lengths.queries, floatsOf(outputs, 'queryLengths'), first);
      takeLengths(lengths.keys, floatsOf(outputs, againstItself ? 'queryLengths' : 'keyLengths'), 0);
    },
    report() {
      clearZeroRows(gradients.queries, lengths.queries, d);
      if (gradients.keys) clearZeroRows(gradients.keys, lengths.keys, d);
      // squares of float32 overflow where the rows themselves do not: such lengths would pass for zero rows
      const numbers = [lengths.queries, lengths.keys, gradients.queries, gradients.keys ?? []];
      if (!isFinite_ || !numbers.every((each) => each.every(Number.isFinite))) return undefined;
      const { top5: _, ...parts } = tally.report().parts; // counting is another pass over all logits
      return { ...tally.report(), parts, gradients: gradientsOf(planned, gradients) };
    },
  };
}

interface Said {
  readonly report: RowReport;
  readonly seen: SeenRow;
}

/** What the queries of a part with a positive say: the rule sees all negatives as one, of which the model gives the log-sum-exp. */
function* saidOf(planned: PlannedBatch, first: number, outputs: GraphArrays, rule: ReturnType<typeof entropyRule>) {
  const { k, p, positives, hidden, form } = planned;
  const [lse, largest, drift, sums] = ['lse', 'largest', 'drift', 'sums'].map((name) => floatsOf(outputs, name));
  const [all, hiddenLogits] = [floatsOf(outputs, 'logits'), floatsOf(outputs, 'hiddenLogits')];
  let at = 0;
  for (let i = 0; i < lse!.length; i++) {
    const { columns, weights } = positives[first + i]!;
    const hides = hidden[first + i]!.length;
    let sum = sums![i]!;
    for (const end = at + hides; at < end; at++) sum -= hiddenLogits[at]!;
    if (columns.length === 0) continue;
    const logits = Array.from(all.subarray(i * p, i * p + columns.length));
    const best = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const seen: SeenRow = {
      query: first + i,
      positives: { columns: logits.map((_, e) => e), weights, logits, largest: best },
      negatives: { count: 1, largest: lse![i]!, sum: lse![i]!, ahead: 0 },
    };
    const row = Float64Array.from([...logits.map(() => Number.NEGATIVE_INFINITY), lse![i]!]);
    const report = corrected(rule(row, seen), row, seen, drift![i]! / form.temperature);
    const negatives = { count: k - hides, largest: largest![i]!, sum, ahead: largest![i]! < best ? 0 : 5 };
    yield { report, seen: { ...seen, negatives } } satisfies Said;
  }
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

function gradientsOf(
  { batch, d }: PlannedBatch,
  { queries, keys }: { readonly queries: Float32Array; readonly keys: Float32Array | undefined },
): BatchGradients {
  let at = 0;
  const starts = batch.keys.map(({ shape }) => {
    const start = at;
    at += shape[0]! * d;
    return start;
  });
  const blocks = ofLearningBlocks(batch, ({ shape }, b) => tensor(keys!.subarray(starts[b]!, starts[b]! + shape[0]! * d), shape));
  return { queries: tensor(queries, batch.queries.shape), keys: blocks };
}

function floatsOf(outputs: GraphArrays, name: string): Float32Array {
  return outputs[name]!.data as Float32Array;
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + part[i]!;
}

/** As norms of `Rows`: 0 for rows that count as zero. */
function takeLengths(norms: Float64Array, lengths: Float32Array, first: number): void {
  for (let i = 0; i < lengths.length; i++) norms[first + i] = lengths[i]! <= smallestNorm ? 0 : lengths[i]!;
}

function clearZeroRows(gradients: Float32Array, norms: Float64Array, d: number): void {
  for (let row = 0; row < norms.length; row++) if (norms[row] === 0) gradients.fill(0, row * d, row * d + d);
}
