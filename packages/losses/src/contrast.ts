import { type ContrastBatch, type LossGradients, type LossReport, ViewforgeError } from '@viewforge/core';
import { type Comparison, openComparison } from './comparison.ts';
import type { ContrastForm } from './define-contrast-loss.ts';
import { ofLearningBlocks } from './learning-blocks.ts';
import { emptySums, goThrough, type Sums, type Visit } from './passes.ts';
import { findColumn, type Positives } from './positives.ts';
import { type RowRule, readRow, scaleBy } from './row-rule.ts';
import { rowsPullback } from './rows.ts';
import { createTally, type Tally } from './tally.ts';

/** Value and parts of a loss; `where` is its name, for errors. */
export function measureContrast(batch: ContrastBatch, form: ContrastForm, where: string): LossReport {
  const comparison = openComparison(batch, form, where);
  return reportOf(comparison, form, where, undefined);
}

/** The value and parts with a rule that was opened at another batch. */
export function measureContrastHeld(batch: ContrastBatch, at: ContrastBatch, form: ContrastForm, where: string): LossReport {
  const comparison = openComparison(at, form, where);
  const rule = form.rule(comparison);
  const held = { ...form, rule: () => rule };
  reportOf(comparison, held, where, undefined); // rules may remember what they saw of each query
  return measureContrast(batch, held, where);
}

/** Value, parts and the gradients of queries, keys and extras, in the element type of each. */
export function differentiateContrast(batch: ContrastBatch, form: ContrastForm, where: string): LossGradients {
  const comparison = openComparison(batch, form, where);
  const sums = emptySums(comparison);
  const report = reportOf(comparison, form, where, sums);
  return { ...report, gradients: gradientsOf(comparison, sums) };
}

/** From complete sums to the gradients of the rows as given. */
export function gradientsOf(comparison: Comparison, sums: Sums): LossGradients['gradients'] {
  const { batch, queries, blocks, extras, scale, measure } = comparison;
  return {
    queries: rowsPullback(queries, sums.queries, scale, batch.queries, measure.similarity),
    keys: ofLearningBlocks(batch, (keys, b) => rowsPullback(blocks[b]!, sums.keys[b]!, scale, keys, measure.similarity)),
    ...(extras && { extras: extras.gradient }),
  };
}

function reportOf(comparison: Comparison, form: ContrastForm, where: string, sums: Sums | undefined): LossReport {
  const tally = createTally(comparison);
  goThrough(comparison, byRule(comparison, form.rule(comparison), tally, where), sums);
  const report = tally.report();
  return form.isCoupled || form.countsAll ? { ...report, perQuery: new Float64Array() } : report;
}

function byRule(comparison: Comparison, rule: RowRule, tally: Tally, where: string): Visit {
  const { positives, weights } = comparison;
  return (query, row, columns) => {
    const seen = readRow(row, placesOf(positives(query), columns), query);
    const found = rule(row, seen);
    if (!Number.isFinite(found.value)) {
      throw new ViewforgeError(
        'NOT_FINITE',
        where,
        `expected a finite term for query ${query}, got ${found.value}; look for NaN or very large numbers in its row and the rows it may see`,
      );
    }
    tally.take(found, seen);
    if (weights[query] !== 1) scaleBy(row, weights[query]!);
  };
}

/** Positives by where they are in a row of these columns only. */
function placesOf(positives: Positives, columns: Int32Array | undefined): Positives {
  if (columns === undefined) return positives;
  return { columns: positives.columns.map((column) => findColumn(columns, column)), weights: positives.weights };
}
