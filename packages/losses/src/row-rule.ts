import { exponentRow, scaleRow, surveyRow } from '@viewforge/kernels';
import type { Positives } from './positives.ts';

/**
 * What a loss says of one query. In place: `row` goes from logits to slopes, d(value) / d(logit), 0 where the query must not
 * look. It comes with the logits of the negatives (shared keys it may see, then its extras) and -Infinity in every other
 * column, the positives' included; slopes are wanted for both.
 */
export type RowRule = (row: LogitRow, seen: SeenRow) => RowReport;

/** Logits, later slopes, of one query: in float64, or in float32 where a batch in float32 is large. */
export type LogitRow = Float64Array | Float32Array;

/** What a query sees, before a rule looks at it. */
export interface SeenRow {
  readonly query: number;
  readonly positives: SeenPositives;
  readonly negatives: SeenNegatives;
}

/** The positives of a query, at least one: where they are in the row, what they weigh (sum 1) and their logits. */
export interface SeenPositives extends Positives {
  readonly logits: readonly number[];
  /** Of the logits. */
  readonly largest: number;
}

/** What the negatives of a query say together. */
export interface SeenNegatives {
  readonly count: number;
  /** Of their logits; -Infinity where there is none. */
  readonly largest: number;
  /** Of their logits. */
  readonly sum: number;
  /** How many come before the best positive, ties included. */
  readonly ahead: number;
}

/** The value for one query, and diagnostics that are averaged over the queries. */
export interface RowReport {
  readonly value: number;
  readonly parts?: Readonly<Record<string, number>>;
}

/** What a query sees. In place: the logits of its positives leave `row`. */
export function readRow(row: LogitRow, { columns, weights }: Positives, query: number): SeenRow {
  const logits = columns.map((column) => row[column]!);
  const largest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  for (const column of columns) row[column] = Number.NEGATIVE_INFINITY;
  return { query, positives: { columns, weights, logits, largest }, negatives: readNegatives(row, largest) };
}

/** ln(1 + e^x), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + e^-x): the slope of softplus. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** In place: every element times a factor. */
export function scaleBy(row: LogitRow, factor: number): void {
  if (row instanceof Float32Array) {
    scaleRow(row, factor);
    return;
  }
  for (let j = 0; j < row.length; j++) row[j] = row[j]! * factor;
}

/** A sum over the softmax of a row. */
export interface Softmax {
  /** Logarithm of the sum of exponentials; -Infinity of nothing. */
  readonly lse: number;
  /** Mean of the logits by their own softmax; 0 of nothing. */
  readonly expected: number;
}

/** In place: `row` becomes the softmax over its logits, whose largest is given; -Infinity stays out, with share 0. */
export function softmax(row: LogitRow, { count, largest }: SeenNegatives): Softmax {
  if (count === 0) {
    row.fill(0);
    return { lse: Number.NEGATIVE_INFINITY, expected: 0 };
  }
  if (row instanceof Float32Array) {
    const { total, weighted } = exponentRow(row, largest);
    scaleRow(row, 1 / total);
    return { lse: largest + Math.log(total), expected: largest + weighted / total };
  }
  let total = 0;
  let weighted = 0;
  for (let j = 0; j < row.length; j++) {
    const logit = row[j]!;
    const exponential = Math.exp(logit - largest);
    total += exponential;
    if (exponential > 0) weighted += exponential * logit;
    row[j] = exponential;
  }
  scaleBy(row, 1 / total);
  return { lse: largest + Math.log(total), expected: weighted / total };
}

function readNegatives(row: LogitRow, best: number): SeenNegatives {
  let largest = Number.NEGATIVE_INFINITY;
  let [count, sum, ahead] = [0, 0, 0];
  // nearer than rounding can tell is a tie
  const tie = best - 1e-12 * Math.max(1, Math.abs(best));
  if (row instanceof Float32Array) {
    const found = surveyRow(row, tie);
    return { count: found.seen, sum: found.sum, ahead: found.ahead, largest: found.largest };
  }
  for (let j = 0; j < row.length; j++) {
    const logit = row[j]!;
    if (logit === Number.NEGATIVE_INFINITY) continue;
    count++;
    sum += logit;
    if (logit >= tie) ahead++;
    if (logit > largest) largest = logit;
  }
  return { count, sum, ahead, largest };
}
