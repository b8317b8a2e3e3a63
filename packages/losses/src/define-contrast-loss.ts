import {
  type About,
  type ContrastBatch,
  defineLoss,
  type Factory,
  type Loss,
  type LossGradients,
  type LossReport,
} from '@viewforge/core';
import type { z } from 'zod';
import type { Comparison, Measure } from './comparison.ts';
import { differentiateContrast, measureContrast, measureContrastHeld } from './contrast.ts';
import { planContrast } from './graphs/contrast-plan.ts';
import type { Together } from './row-entropy.ts';
import type { RowRule } from './row-rule.ts';

/** How a loss compares the rows of a ContrastBatch, and what it says of one query. */
export interface ContrastForm extends Measure {
  /**
   * The rule for the queries of one comparison. Where it depends on what other queries see (weights by softmax over the batch, a temperature that
   * follows it), this is where it looks. No gradient flows through what is found here, nor through what the rule remembers of a query it has seen before: a rule
   * that holds constant what it takes from its own row keeps it by query.
   */
  rule(comparison: Comparison): RowRule;
  /** The rule is `entropyRule` of this: there is a model of it for ONNX Runtime. */
  readonly entropy?: Together;
  /** The rule depends on other queries: the value is no mean of independent terms, `perQuery` is empty. */
  readonly isCoupled?: boolean;
}

/** A loss that is a rule for each query of a ContrastBatch. */
export interface ContrastLossRecipe<S extends z.ZodObject> extends About<S> {
  form(options: z.output<S>): ContrastForm;
}

/**
 * Defines a loss that looks at one query at a time: the recipe says how similarities become logits, and gives a rule that
 * turns the logits of a query into its value and the slopes d(value) / d(logit). Everything else is done here: blocks
 * of keys, extras, exclusions, soft targets, weights of queries, the mean, gradients through the normalization of rows, and the
 * parts that all such losses report. Memory grows with n + k, never with n * k.
 *
 * The value is the mean, by `queryWeights`, of the queries that have a positive; 0, with gradients of 0, where none has one or
 * all weights are 0. Throws ViewforgeError: SHAPE for parts of a batch that do not fit, NOT_FINITE for a query whose term is no finite number.
 *
 * @example
 * // each negative pushed by a power of its similarity, each positive pulled
 * const rule: RowRule = (row, { positives, negatives }) => {
 *   let value = 1 - positives.logits[0]!;
 *   row.forEach((logit, j) => {
 *     row[j] = logit > 0 ? (2 * logit) / negatives.count : 0; // -Infinity where there is nothing to see
 *     if (logit > 0) value += logit ** 2 / negatives.count;
 *   });
 *   row[positives.columns[0]!] = -1;
 *   return { value };
 * };
 * const pushPull = defineContrastLoss({
 *   name: 'push-pull',
 *   summary: 'Pull the positive, push what is similar besides.',
 *   form: () => ({ temperature: 1, similarity: 'cosine', rule: () => rule }),
 * });
 */
export function defineContrastLoss<S extends z.ZodObject>({
  form,
  ...about
}: ContrastLossRecipe<S>): Factory<'loss', S, Loss<'contrast'>> {
  return defineLoss({
    ...about,
    measure: (batch: ContrastBatch, options: z.output<S>): LossReport => measureContrast(batch, form(options), about.name),
    differentiate: (batch: ContrastBatch, options: z.output<S>): LossGradients =>
      differentiateContrast(batch, form(options), about.name),
    measureHeld: (batch: ContrastBatch, at: ContrastBatch, options: z.output<S>): LossReport =>
      measureContrastHeld(batch, at, form(options), about.name),
    graph(options: z.output<S>) {
      const { entropy, ...made } = form(options);
      if (entropy === undefined) return undefined;
      return { plan: (batch: ContrastBatch) => planContrast(batch, { ...made, positives: entropy }, about.name) };
    },
  });
}
