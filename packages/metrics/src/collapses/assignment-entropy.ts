import { choice, defineMetric, type MetricReport, number } from '@viewforge/core';
import { type Features, features, softmax, values } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure } from '../reports.ts';
import { featuresOf, roleOption } from '../role.ts';
import { areFinite, checkWidth } from '../rows.ts';
import type { Accumulator } from '../streams/accumulator.ts';

/**
 * How much assignments to k outcomes (clusters, prototypes) say of the item, in nats: the entropy of the mean assignment less
 * the mean entropy of one. In [0, ln k]: 0 where all items are assigned alike, ln k where each is assigned surely and all
 * outcomes are used alike. All views of the role count as rows.
 *
 * `parts`: `meanEntropy`, `entropyOfMean`, `outcomes` k and `balance`, the entropy of the mean divided by ln k. Shares are
 * divided by their sum, rows that sum to 0 left out. `n` counts rows. NaN without rows, or with a number that is not finite or
 * a share below 0. Throws ViewforgeError (NAME) for a role that the plan lacks.
 */
export const assignmentEntropy = defineMetric({
  name: 'assignment-entropy',
  summary: 'Measure how much assignments to clusters say of an item.',
  better: 'higher',
  options: z.object({
    given: choice(['scores', 'shares'], { default: 'scores', doc: 'Whether features are scores before a softmax, or shares.' }),
    temperature: number({ default: 0.1, min: 0, open: 'min', unit: 'none', doc: 'Scores are divided by it before the softmax.' }),
    role: roleOption,
  }),
  async measure(encoded, { given, temperature, role }, { signal }) {
    const found = featuresOf(encoded, role, 'assignment-entropy');
    const all = createAssignmentEntropy(found.features[0]?.shape[1] ?? 0);
    for (const each of found.features) {
      signal.throwIfAborted();
      if (!areFinite([each])) return notFinite;
      const [n, k] = each.shape as [number, number];
      const rows = given === 'shares' ? values(each) : sharesOf(values(each), k, temperature);
      all.add(features(rows, n, k));
    }
    const report = all.result();
    return report.n === 0 ? report : { ...report, notes: [...found.notes, ...report.notes] };
  },
});

/** What the entropies are worked out from. */
export interface AssignmentSums {
  readonly n: number;
  /** Sum of the entropies of rows. */
  readonly entropy: number;
  /** [k]; sum of the rows. */
  readonly shares: Float64Array;
  /** Rows that sum to 0. */
  readonly zero: number;
  /** Why there is no value, if so. */
  readonly broken: string | undefined;
}

/**
 * An accumulator of shares [n, k] with the value, parts, notes and edges of `assignmentEntropy`, the same to the last bit
 * however rows are split. `add` throws ViewforgeError (SHAPE) for another k.
 */
export function createAssignmentEntropy(k: number): Accumulator<Features, AssignmentSums, MetricReport> {
  const shares = new Float64Array(k);
  let [n, entropy, zero] = [0, 0, 0];
  let broken: string | undefined;
  const state = (): AssignmentSums => ({ n, entropy, shares, zero, broken });
  return {
    add(x) {
      checkWidth('assignment-entropy', x, k);
      const data = values(x);
      if (!areFinite([x])) broken ??= notFinite.notes[0];
      if (data.some((share) => share < 0)) broken ??= 'shares are not all at least 0';
      for (let row = 0; row < data.length; row += k) {
        let total = 0;
        for (let j = 0; j < k; j++) total += data[row + j]!;
        n += Number(total !== 0);
        zero += Number(total === 0);
        for (let j = 0; j < k && total !== 0; j++) {
          const share = data[row + j]! / total;
          shares[j]! += share;
          entropy += entropyTerm(share);
        }
      }
    },
    merge(other) {
      const more = other.state();
      n += more.n;
      entropy += more.entropy;
      zero += more.zero;
      broken ??= more.broken;
      for (let j = 0; j < k; j++) shares[j]! += more.shares[j]!;
    },
    state,
    result: () => entropiesOf(state()),
  };
}

function entropiesOf({ n, entropy, shares, zero, broken }: AssignmentSums): MetricReport {
  if (broken !== undefined) return nothingToMeasure(broken);
  if (n === 0) return nothingToMeasure('the entropy of assignments needs one');
  const [meanEntropy, outcomes] = [entropy / n, shares.length];
  const entropyOfMean = shares.reduce((sum, share) => sum + entropyTerm(share / n), 0);
  const balance = outcomes === 1 ? 1 : entropyOfMean / Math.log(outcomes);
  return {
    value: entropyOfMean - meanEntropy,
    n,
    parts: { meanEntropy, entropyOfMean, outcomes, balance },
    notes: zero === 0 ? [] : [`${zero} rows of shares that sum to 0 were left out`],
  };
}

/** -p ln p, with 0 ln 0 = 0. */
function entropyTerm(share: number): number {
  return share === 0 ? 0 : -share * Math.log(share);
}

function sharesOf(scores: Float32Array | Float64Array, k: number, temperature: number): Float64Array {
  const shares = new Float64Array(scores.length);
  for (let row = 0; row < scores.length; row += k) {
    const scaled = Float64Array.from(scores.subarray(row, row + k), (score) => score / temperature);
    shares.set(softmax(scaled), row);
  }
  return shares;
}
