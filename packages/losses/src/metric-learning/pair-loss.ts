import type { ContrastBatch, LossGradients, LossReport } from '@viewforge/core';
import { gradientsOf as gradientsFound, reportOf } from '../found.ts';
import { eachQuery, type Query } from './each-query.ts';
import {
  gradientsOf,
  openSums,
  openTable,
  type PairTable,
  pullApart,
  queryPoint,
  type Sums,
  type TableSettings,
} from './pair-table.ts';

/** A loss as a sum of terms over queries, each of how far apart the query is from its columns. */
export interface Terms {
  /**
   * Takes one query into the sum, by its weight. In place: `slopes` [k + s], given as zeros, become what its terms, not yet
   * weighted, have for d / d(apart).
   */
  visit(query: Query, slopes: Float64Array): void;
  /** What the loss is, once every query has been visited. */
  finish(): Finish;
}

/** The value of a loss, and what turns the derivative of its sum into that of its value. */
export interface Finish {
  readonly value: number;
  readonly scale: number;
  /** [n] where the loss is a mean over queries. */
  readonly perQuery?: Float64Array;
  /** Those of this loss. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** Begins the sum of a batch, and may go through the queries on its own before; `sums` are there where gradients are asked for. */
export type OpenTerms = (table: PairTable, sums: Sums | undefined) => Terms;

/**
 * Value and parts of a loss over pairs; memory grows with n + k, never with n * k. `parts`: `positive` and `negative` (mean distance
 * or similarity over pairs, by weight of query; NaN where there is none), `positivePairs` and `negativePairs` (what pairs weigh together, relative to
 * the largest weight: how many there are where all queries count alike), `queries` (with a positive), `zeroRows` (shorter than 1e-12, where rows
 * are brought to length 1; extras not counted), and those of the loss.
 */
export function measurePairs(batch: ContrastBatch, settings: TableSettings, open: OpenTerms): LossReport {
  const found = goThrough(openTable(batch, settings), open, undefined);
  return reportOf({ ...found, gradients: () => ({}) }, settings.where);
}

/** The same, and the gradients of queries, keys and extras, in the element type of each. */
export function differentiatePairs(batch: ContrastBatch, settings: TableSettings, open: OpenTerms): LossGradients {
  const table = openTable(batch, settings);
  const sums = openSums(table);
  const found = goThrough(table, open, sums);
  return gradientsFound({ ...found, gradients: () => gradientsOf(table, sums, found.scale) }, settings.where);
}

function goThrough(table: PairTable, open: OpenTerms, sums: Sums | undefined): Required<Finish> {
  const terms = open(table, sums);
  const slopes = new Float64Array(table.columns + table.s);
  const averages = createAverages(table);
  eachQuery(table, (query) => {
    slopes.fill(0);
    terms.visit(query, slopes);
    averages.take(query);
    if (sums === undefined) return;
    pullApart(table, queryPoint(table, query.index, sums), query, { apart: query.apart, slopes }, sums);
  });
  const { value, scale, perQuery = new Float64Array(0), parts = {} } = terms.finish();
  return { value, scale, perQuery, parts: { ...averages.parts(), ...parts } };
}

interface Averages {
  take(query: Query): void;
  parts(): Record<string, number>;
}

function createAverages({ queries, blocks, distance, settings }: PairTable): Averages {
  const sum = { positive: 0, positives: 0, negative: 0, negatives: 0, queries: 0 };
  return {
    take({ weight, apart, positives, negatives }) {
      for (const column of positives) sum.positive += weight * distance.sign * apart[column]!;
      for (const column of negatives) sum.negative += weight * distance.sign * apart[column]!;
      sum.positives += weight * positives.length;
      sum.negatives += weight * negatives.length;
      sum.queries += Number(positives.length > 0);
    },
    parts() {
      const norms = settings.rows === 'raw' ? [] : [...new Set([queries, ...blocks])].map((rows) => rows.norms);
      return {
        positive: sum.positive / sum.positives,
        negative: sum.negative / sum.negatives,
        positivePairs: sum.positives,
        negativePairs: sum.negatives,
        queries: sum.queries,
        zeroRows: norms.reduce((total, each) => total + each.filter((norm) => norm === 0).length, 0),
      };
    },
  };
}
