import { choose } from '@viewforge/random';
import type { Domain, Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { ViewforgeError } from '../error.ts';
import { compose, oneDomain } from './compose.ts';

/** What `someOf` draws: the parts in the order they are applied, each with its params. */
export type ChosenSome = readonly { readonly chosen: number; readonly params: Json }[];

/**
 * Several different parts in random order; how many is drawn from [low, high], both included.
 * Throws ViewforgeError: PLAN for no part, DOMAIN for parts that differ, OPTION for counts that cannot be met.
 */
export function someOf<D extends Domain>(
  countRange: readonly [low: number, high: number],
  parts: readonly Augmenter<D, NoInfer<D>>[],
): Augmenter<D, D, ChosenSome> {
  const domain = oneDomain('some-of', parts);
  const [low, high] = countRange;
  if (!Number.isInteger(low) || !Number.isInteger(high) || low < 0 || low > high || high > parts.length) {
    throw new ViewforgeError(
      'OPTION',
      'some-of',
      `expected whole counts 0 <= low <= high <= ${parts.length}, got [${low}, ${high}]`,
    );
  }
  return compose<D, D, ChosenSome>('some-of', { countRange }, parts, {
    accepts: domain,
    returns: domain,
    draw(shape, random, context) {
      const gate = random.fork('gate');
      const count = gate.integer(low, high + 1);
      let current = shape;
      return choose(gate, parts.length, count).map((chosen) => {
        const params = parts[chosen]!.draw(current, random.fork(chosen), context);
        current = parts[chosen]!.reshape(current, params);
        return { chosen, params };
      });
    },
    reshape: (shape, steps) => steps.reduce((current, { chosen, params }) => parts[chosen]!.reshape(current, params), shape),
    apply: (input: Domains[D], steps) => steps.reduce((value, { chosen, params }) => parts[chosen]!.apply(value, params), input),
  });
}
