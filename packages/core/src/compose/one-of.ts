import type { Domain, Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { ViewforgeError } from '../error.ts';
import { compose, oneDomain } from './compose.ts';

/** What `oneOf` draws: which part, and its params. */
export type Chosen = { readonly chosen: number; readonly params: Json };

/**
 * Exactly one of the parts, drawn by weight (equal weights when left out; they need not sum to 1).
 * Throws ViewforgeError: PLAN for no part, DOMAIN for parts that differ, OPTION for weights that are negative, all zero or too few.
 */
export function oneOf<D extends Domain>(
  parts: readonly Augmenter<D, NoInfer<D>>[],
  weights: readonly number[] = parts.map(() => 1),
): Augmenter<D, D, Chosen> {
  const domain = oneDomain('one-of', parts);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (
    weights.length !== parts.length ||
    weights.some((weight) => !(weight >= 0)) ||
    !(total > 0) ||
    total === Number.POSITIVE_INFINITY
  ) {
    throw new ViewforgeError('OPTION', 'one-of', `expected ${parts.length} weights >= 0 with a positive sum, got [${weights}]`);
  }
  return compose<D, D, Chosen>('one-of', { weights }, parts, {
    accepts: domain,
    returns: domain,
    draw(shape, random, context) {
      const chosen = pick(weights, random.fork('gate').uniform(0, total));
      return { chosen, params: parts[chosen]!.draw(shape, random.fork(chosen), context) };
    },
    reshape: (shape, { chosen, params }) => parts[chosen]!.reshape(shape, params),
    apply: (input: Domains[D], { chosen, params }) => parts[chosen]!.apply(input, params),
  });
}

/** The first position whose running sum of weights exceeds `point`. */
function pick(weights: readonly number[], point: number): number {
  let sum = 0;
  const position = weights.findIndex((weight) => {
    sum += weight;
    return point < sum;
  });
  return position === -1 ? weights.findLastIndex((weight) => weight > 0) : position; // rounding at the very end
}
