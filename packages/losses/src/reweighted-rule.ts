import { number } from '@viewforge/core';
import { type LogitRow, logistic, type RowRule, type SeenNegatives, softplus } from './row-rule.ts';
import { temperatureOption } from './temperature.ts';

/** The options of losses that expect positives among their negatives. */
export const reweightingOptions = {
  temperature: temperatureOption(0.5, 'Cosines are divided by it.'),
  prior: number({
    default: 0.1,
    min: 0,
    max: 1,
    open: 'max',
    unit: 'share of negatives',
    doc: 'Negatives that are of the class of the query, as with 10 classes of one size (tau+).',
  }),
};

/** How negatives are corrected. */
export interface Reweighting {
  readonly temperature: number;
  /** Share of negatives that are positives unknown to us, tau+; in [0, 1). */
  readonly prior: number;
  /** Negatives are weighted by e^(beta * logit); 0 weighs all alike. */
  readonly concentration: number;
}

/**
 * Cross entropy of each positive against an estimate G of what true negatives would add up to: sum of w_p ln(1 + G_p / e^l_p), with
 * G_p = max((R - prior N e^l_p) / (1 - prior), N e^(-1 / temperature)) and R the N negatives' sum of exponentials, each weighted by
 * e^(concentration * logit) relative to their mean. Where the bound below holds, no gradient flows through it. 0 without negatives.
 *
 * Everything is relative to the largest exponent in sight, so that any temperature neither overflows nor divides by 0.
 */
export function reweightedRule({ temperature, prior, concentration }: Reweighting): RowRule {
  return (row, { positives, negatives }) => {
    if (negatives.count === 0) {
      row.fill(0);
      return { value: 0 };
    }
    const { columns, weights, logits } = positives;
    const sums = weigh(row, negatives, concentration);
    let [value, push] = [0, 0];
    const slopes = logits.map((logit, p) => {
      const found = estimate(logit, sums, negatives, { temperature, prior, concentration });
      value += weights[p]! * softplus(found.log - logit);
      push += weights[p]! * found.push;
      return weights[p]! * (found.pull - logistic(found.log - logit));
    });
    pushAll(row, negatives, sums, concentration, push);
    for (const [p, column] of columns.entries()) row[column] = slopes[p]!;
    return { value };
  };
}

/** Of the negatives, relative to the largest of their logits. */
interface NegativeSums {
  /** Of importances. */
  readonly importance: number;
  /** R. */
  readonly total: number;
}

function weigh(row: LogitRow, { count, largest }: SeenNegatives, concentration: number): NegativeSums {
  let [importance, total] = [0, 0];
  for (let j = 0; j < row.length; j++) {
    if (row[j] === Number.NEGATIVE_INFINITY) continue;
    const logit = row[j]! - largest;
    const own = Math.exp(concentration * logit);
    importance += own;
    total += own * Math.exp(logit);
  }
  return { importance, total: (count * total) / importance };
}

/** Logarithm of G for a positive of this logit, d(value) / d(R) in the units of R, and the part of d(value) / d(logit) that goes through G. */
function estimate(
  logit: number,
  { total }: NegativeSums,
  { count, largest }: SeenNegatives,
  { temperature, prior }: Reweighting,
): { log: number; push: number; pull: number } {
  // rounding lets cosines be a little below -1, which a small temperature makes much
  const top = Math.max(logit, largest, -1 / temperature);
  const [own, unit] = [Math.exp(logit - top), Math.exp(largest - top)];
  const bound = count * Math.exp(-1 / temperature - top);
  const estimated = (unit * total - prior * count * own) / (1 - prior);
  if (!(estimated > bound)) return { log: Math.log(bound) + top, push: 0, pull: 0 };
  const rest = (1 - prior) * (own + estimated);
  return { log: Math.log(estimated) + top, push: unit / rest, pull: (-prior * count * own) / rest };
}

/** In place: `row` goes from logits to slopes, of negatives that count `push` for each unit of R. */
function pushAll(
  row: LogitRow,
  { count, largest }: SeenNegatives,
  { importance, total }: NegativeSums,
  concentration: number,
  push: number,
): void {
  for (let j = 0; j < row.length; j++) {
    if (row[j] === Number.NEGATIVE_INFINITY) {
      row[j] = 0;
      continue;
    }
    const logit = row[j]! - largest;
    const own = Math.exp(concentration * logit) / importance;
    row[j] = push * own * (count * (1 + concentration) * Math.exp(logit) - concentration * total);
  }
}
