import type { Domain, Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { ViewforgeError } from '../error.ts';
import { compose } from './compose.ts';

type Step<I extends Domain, O extends Domain> = Augmenter<I, O>;

/**
 * One augmenter after the other. Each draws from a fork of its own by position, so adding one at the end moves no draw of the others.
 * Throws ViewforgeError: PLAN for no part, DOMAIN where one does not take what the one before gives.
 */
export function sequence<A extends Domain, B extends Domain>(a: Step<A, B>): Augmenter<A, B, readonly Json[]>;
export function sequence<A extends Domain, B extends Domain, C extends Domain>(
  a: Step<A, B>,
  b: Step<NoInfer<B>, C>,
): Augmenter<A, C, readonly Json[]>;
export function sequence<A extends Domain, B extends Domain, C extends Domain, D extends Domain>(
  a: Step<A, B>,
  b: Step<NoInfer<B>, C>,
  c: Step<NoInfer<C>, D>,
): Augmenter<A, D, readonly Json[]>;
export function sequence<A extends Domain, B extends Domain, C extends Domain>(
  a: Step<A, B>,
  b: Step<NoInfer<B>, C>,
  ...rest: readonly Step<NoInfer<C>, NoInfer<C>>[]
): Augmenter<A, C, readonly Json[]>;
export function sequence(...parts: readonly Augmenter[]): Augmenter<Domain, Domain, readonly Json[]> {
  checkChain(parts);
  const reshapeUpTo = (shape: readonly number[], params: readonly Json[], end: number) =>
    parts.slice(0, end).reduce((current, part, i) => part.reshape(current, params[i]!), shape);
  return compose('sequence', {}, parts, {
    accepts: parts[0]!.accepts,
    returns: parts.at(-1)!.returns,
    draw(shape, random, context) {
      let current = shape;
      return parts.map((part, i) => {
        const params = part.draw(current, random.fork(i), context);
        current = part.reshape(current, params);
        return params;
      });
    },
    reshape: (shape, params) => reshapeUpTo(shape, params, parts.length),
    apply: (input, params) => parts.reduce<Domains[Domain]>((value, part, i) => part.apply(value as never, params[i]!), input),
  });
}

function checkChain(parts: readonly Augmenter[]): void {
  if (parts.length === 0) throw new ViewforgeError('PLAN', 'sequence', 'expected at least one augmenter, got none');
  parts.slice(1).forEach((part, i) => {
    const before = parts[i]!;
    if (part.accepts !== before.returns) {
      throw new ViewforgeError(
        'DOMAIN',
        'sequence',
        `"${before.name}" gives ${before.returns}, but "${part.name}" expects ${part.accepts}`,
      );
    }
  });
}
