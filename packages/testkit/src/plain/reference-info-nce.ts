import { dotOf, type PlainRows } from './rows.ts';

/** What is compared, in plain lists. */
export interface PlainBatch {
  /** [n][d] */
  readonly queries: PlainRows;
  /** [k][d] */
  readonly keys: PlainRows;
  /** [n]; which key is the positive of each query; key i of query i when left out. */
  readonly positives?: readonly number[];
  /** [n][k]; which keys a query may see; all when left out. The positive is always seen. */
  readonly visible?: readonly (readonly boolean[])[];
}

/** How a plain loss compares. */
export interface PlainOptions {
  /** Above 0. */
  readonly temperature: number;
  /** Whether rows are brought to length 1 first; true when left out. */
  readonly normalize?: boolean;
}

/** What a loss says, in plain lists. */
export interface PlainReport {
  readonly value: number;
  /** [n] */
  readonly perQuery: readonly number[];
  /** d(value) / d(rows as given): [n][d] and [k][d]. */
  readonly queries: PlainRows;
  readonly keys: PlainRows;
}

/**
 * InfoNCE written down as its definition, in float64 and without any cleverness: an oracle for implementations that have some.
 * Each query has one positive; the value is the mean over queries of ln(sum of e^(s / t) over the keys it sees) - s_positive / t.
 * Rows of length <= 1e-12 are divided by 1e-12 and have no gradient.
 */
export function referenceInfoNce(batch: PlainBatch, { temperature, normalize = true }: PlainOptions): PlainReport {
  const { queries, keys, positives = queries.map((_, i) => i), visible } = batch;
  const [u, v] = [queries, keys].map((rows) => rows.map((row) => (normalize ? unit(row) : [...row])));
  const towards = { queries: zerosLike(queries), keys: zerosLike(keys) };
  const perQuery = u!.map((query, i) => {
    const logits = v!.map((key, j) =>
      visible?.[i]?.[j] === false && j !== positives[i] ? -Infinity : dotOf(query, key) / temperature,
    );
    const largest = Math.max(...logits);
    const exponentials = logits.map((logit) => Math.exp(logit - largest));
    const total = exponentials.reduce((sum, each) => sum + each, 0);
    exponentials.forEach((each, j) => {
      const slope = (each / total - Number(j === positives[i])) / (temperature * queries.length);
      query.forEach((_, e) => {
        towards.queries[i]![e]! += slope * v![j]![e]!;
        towards.keys[j]![e]! += slope * query[e]!;
      });
    });
    return Math.log(total) + largest - logits[positives[i]!]!;
  });
  const value = perQuery.reduce((sum, each) => sum + each, 0) / queries.length;
  const back = (rows: PlainRows, gradients: PlainRows) =>
    rows.map((row, i) => (normalize ? pullback(row, gradients[i]!) : gradients[i]!));
  return { value, perQuery, queries: back(queries, towards.queries), keys: back(keys, towards.keys) };
}

/** NT-Xent of two views [n][d] each: every row against all others, its other view the positive. Gradients are those of each view. */
export function referenceNtXent(first: PlainRows, second: PlainRows, options: PlainOptions): PlainReport {
  const rows = [...first, ...second];
  const n = first.length;
  const positives = rows.map((_, i) => (i + n) % (2 * n));
  const visible = rows.map((_, i) => rows.map((_, j) => i !== j));
  const { value, perQuery, queries, keys } = referenceInfoNce({ queries: rows, keys: rows, positives, visible }, options);
  const sums = queries.map((row, i) => row.map((each, e) => each + keys[i]![e]!));
  return { value, perQuery, queries: sums.slice(0, n), keys: sums.slice(n) };
}

/** InfoNCE in both directions: the mean of queries against keys and keys against queries, as CLIP takes it. */
export function referenceTwoSided(queries: PlainRows, keys: PlainRows, options: PlainOptions): PlainReport {
  const [there, back] = [
    referenceInfoNce({ queries, keys }, options),
    referenceInfoNce({ queries: keys, keys: queries }, options),
  ];
  const mean = (a: PlainRows, b: PlainRows) => a.map((row, i) => row.map((each, e) => (each + b[i]![e]!) / 2));
  return {
    value: (there.value + back.value) / 2,
    perQuery: there.perQuery.map((each, i) => (each + back.perQuery[i]!) / 2),
    queries: mean(there.queries, back.keys),
    keys: mean(there.keys, back.queries),
  };
}

const smallest = 1e-12;

function unit(row: readonly number[]): number[] {
  const length = Math.max(smallest, Math.sqrt(dotOf(row, row)));
  return row.map((each) => each / length);
}

function pullback(row: readonly number[], gradient: readonly number[]): number[] {
  const length = Math.sqrt(dotOf(row, row));
  if (length <= smallest) return row.map(() => 0);
  const along = dotOf(row, gradient) / length ** 2;
  return gradient.map((each, e) => (each - row[e]! * along) / length);
}

function zerosLike(rows: PlainRows): number[][] {
  return rows.map((row) => row.map(() => 0));
}
