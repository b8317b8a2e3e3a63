import type { Domain, Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { ViewforgeError } from '../error.ts';
import { compose, oneDomain } from './compose.ts';

/** What `sometimes` draws: null where the part was left out, otherwise the part's params in a list of one. */
export type Sometimes = null | readonly [Json];

/**
 * The part with probability p in [0, 1], otherwise the input as it is. The choice is drawn from a stream of its own, so it
 * moves no draw of the part. Throws ViewforgeError: OPTION for a p outside [0, 1], DOMAIN for a part that changes the domain.
 */
export function sometimes<D extends Domain>(p: number, part: Augmenter<D, NoInfer<D>>): Augmenter<D, D, Sometimes> {
  if (!(p >= 0 && p <= 1)) throw new ViewforgeError('OPTION', 'sometimes', `expected a probability in [0, 1], got ${p}`);
  const domain = oneDomain('sometimes', [part]);
  return compose<D, D, Sometimes>('sometimes', { p }, [part], {
    accepts: domain,
    returns: domain,
    draw: (shape, random, context) => (random.fork('gate').chance(p) ? [part.draw(shape, random.fork(0), context)] : null),
    reshape: (shape, params) => (params === null ? shape : part.reshape(shape, params[0])),
    apply: (input: Domains[D], params) => (params === null ? input : part.apply(input, params[0])),
    ...(part.pullback && {
      pullback: (input: Domains[D], params: Sometimes, gradient: Domains[D]): Domains[D] =>
        params === null ? gradient : part.pullback!(input, params[0], gradient),
    }),
    ...(part.fusion && {
      fusion: { run: part.fusion.run, steps: (params) => (params === null ? [] : part.fusion!.steps(params[0])) },
    }),
  });
}
