import {
  type ContrastBatch,
  countKeys,
  type Exclusion,
  eachExcluded,
  type GraphArray,
  type GraphArrays,
  type GraphPlan,
} from '@viewforge/core';
import { values } from '@viewforge/tensor';
import { checkBatch } from '../check-batch.ts';
import { type Measure, weighQueries } from '../comparison.ts';
import { ofLearningBlocks } from '../learning-blocks.ts';
import { type Positives, positivesOf } from '../positives.ts';
import type { Together } from '../row-entropy.ts';
import { contrastModel } from './contrast-model.ts';
import { createCollector } from './contrast-report.ts';

/** A loss of the InfoNCE family: what its model needs to know. */
export interface ContrastGraph extends Measure {
  readonly positives: Together;
}

/** A batch that the model can take, its queries in parts. */
export interface PlannedBatch {
  readonly batch: ContrastBatch;
  readonly form: ContrastGraph;
  /** Queries, and keys of all blocks. */
  readonly n: number;
  readonly k: number;
  readonly d: number;
  /** Queries of one part. */
  readonly m: number;
  /** Most positives of a query. */
  readonly p: number;
  readonly positives: readonly Positives[];
  /** By query: columns that are no negatives, ascending. */
  readonly hidden: readonly Int32Array[];
  readonly weights: Float64Array;
  readonly weight: number;
  readonly keysLearn: boolean;
  readonly againstItself: boolean;
}

/** Positives of one query beyond which the model is not worth it. */
const mostPositives = 32;
/** Logits of one run: 128 MiB. */
const logitsAtOnce = 2 ** 25;
/** Excluded columns and positives of all queries beyond which it is not either: they are listed one by one, 16 bytes each. */
const mostHidden = 2 ** 22;

/**
 * How the model works a batch off; undefined for batches it is not made for: float64, extras, queries that see a few columns
 * only, more than 32 positives or 2^22 (query, key) that are no negatives, a query without negatives. Throws ViewforgeError (SHAPE) where the parts of the batch do not fit.
 */
export function planContrast(batch: ContrastBatch, form: ContrastGraph, where: string): GraphPlan | undefined {
  checkBatch(batch, where);
  const planned = planned_(batch, form);
  if (planned === undefined) return undefined;
  const { n, m, keysLearn, againstItself } = planned;
  const { temperature, similarity, positives } = form;
  const model = { temperature, similarity, positives, keysLearn, againstItself };
  const collector = createCollector(planned);
  return {
    model: JSON.stringify(model),
    bytes: () => contrastModel(model),
    outputs: collector.outputs,
    parts: Math.ceil(n / m),
    feeds: (part) => feedsOf(planned, part * m, Math.min(n, (part + 1) * m)),
    take: (part, outputs) => collector.take(part * m, outputs),
    report: () => collector.report(),
  };
}

function planned_(batch: ContrastBatch, form: ContrastGraph): PlannedBatch | undefined {
  const { queries, keys, excluded, extras } = batch;
  const isPlain = [queries, ...keys].every(({ data }) => data instanceof Float32Array);
  const [n, d] = queries.shape as [number, number];
  const unseen = countExcluded(excluded, n);
  const isUsual = form.temperature > 1e-15 && form.temperature < 1e15; // what float32 has room for around it
  if (!isPlain || !isUsual || extras !== undefined || unseen > mostHidden) return undefined;
  const k = countKeys(batch);
  const rows = Array.from({ length: n }, (_, row) => row);
  const positivesAt = positivesOf(batch);
  const positives = rows.map(positivesAt);
  const p = positives.reduce((most, { columns }) => Math.max(most, columns.length), 1);
  if (unseen + positives.reduce((sum, { columns }) => sum + columns.length, 0) > mostHidden) return undefined;
  const hidden = rows.map((row) => hiddenFrom(batch, row, positives[row]!));
  if (n === 0 || d === 0 || p > mostPositives || hidden.some(({ length }) => length >= k)) return undefined;
  const m = Math.min(n, Math.max(64, Math.floor(logitsAtOnce / k)));
  const { weights, weight } = weighQueries(batch, form, positivesAt);
  const keysLearn = ofLearningBlocks(batch, () => true).includes(true);
  const againstItself = m === n && keys.length === 1 && keys[0] === queries;
  return { batch, form, n, k, d, m, p, positives, hidden, weights, weight, keysLearn, againstItself };
}

/** How many (query, key) are excluded, without going through them; more than any number where queries see a few columns only. */
function countExcluded(excluded: Exclusion, n: number): number {
  if (excluded.kind === 'none') return 0;
  if (excluded.kind === 'self') return n;
  if (excluded.kind === 'sparse') return excluded.columns.length;
  if (excluded.kind === 'except') return Number.POSITIVE_INFINITY;
  return excluded.starts.reduce((count, start, e) => count + excluded.ends[e]! - start, 0);
}

function hiddenFrom(batch: ContrastBatch, row: number, { columns }: Positives): Int32Array {
  const found = [...columns];
  eachExcluded(batch, row, (column) => found.push(column));
  return Int32Array.from(found).sort();
}

function feedsOf(planned: PlannedBatch, first: number, end: number): GraphArrays {
  const { batch, form, d, k, p, positives, hidden, weights, weight, againstItself } = planned;
  const m = end - first;
  const columns = whole(m * p);
  const spots = whole(2 * m * p);
  const shares = new Float32Array(m);
  const chosen = new Float32Array(m * p);
  const hides = hidden.slice(first, end);
  const pairs = whole(2 * hides.reduce((sum, { length }) => sum + length, 0));
  let pair = 0;
  for (let i = 0; i < m; i++) {
    const own = positives[first + i]!;
    // filled up with places where nothing is added
    for (let e = 0; e < p; e++) {
      const at = i * p + e;
      columns.set(at, own.columns[e] ?? 0);
      spots.set(2 * at, i);
      spots.set(2 * at + 1, own.columns[e] ?? 0);
      chosen[at] = own.weights[e] ?? 0;
    }
    const share = weights[first + i]!;
    shares[i] = weight === 0 || Number.isNaN(share) ? 0 : (share * (form.factor ?? 1)) / (weight * form.temperature);
    for (const column of hides[i]!) {
      pairs.set(2 * pair, i);
      pairs.set(2 * pair++ + 1, column);
    }
  }
  return {
    queries: floats(values(batch.queries as never).slice(first * d, end * d) as Float32Array, [m, d]),
    ...(!againstItself && { keys: floats(allKeys(batch), [k, d]) }),
    columns: columns.array([m, p]),
    spots: spots.array([m, p, 2]),
    weights: floats(chosen, [m, p]),
    hidden: pairs.array([pair, 2]),
    shares: floats(shares, [m]),
  };
}

/** The keys of all blocks, one below the other. */
function allKeys({ keys }: ContrastBatch): Float32Array {
  const blocks = keys.map((block) => values(block) as Float32Array);
  const all = new Float32Array(blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}

function floats(data: Float32Array, shape: readonly number[]): GraphArray {
  return { type: 'float32', shape, data };
}

/** Whole numbers >= 0 as int64: their low words are set, the high ones stay 0 (every platform of Node is little-endian). */
function whole(count: number) {
  const data = new BigInt64Array(count);
  const words = new Int32Array(data.buffer);
  return {
    set: (at: number, value: number) => {
      words[2 * at] = value;
    },
    array: (shape: readonly number[]): GraphArray => ({ type: 'int64', shape, data }),
  };
}
