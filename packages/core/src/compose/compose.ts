import type { Domain } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Origin, Part } from '../contracts/part.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { ViewforgeError } from '../error.ts';

/** An augmenter made of others: the recipe with a name, a version and an origin made of the children's. */
export function compose<I extends Domain, O extends Domain, P extends Json>(
  name: string,
  options: Json,
  of: readonly Part[],
  recipe: Omit<Augmenter<I, O, P>, 'kind' | 'name' | 'version' | 'origin'>,
): Augmenter<I, O, P> {
  const part: Augmenter<I, O, P> = { kind: 'augmenter', name, version: 1, ...recipe };
  Object.defineProperty(part, 'origin', { enumerable: false, get: () => originOf(name, options, of) });
  return Object.freeze(part);
}

/** All parts must take and give one domain. Throws ViewforgeError: PLAN for no part, DOMAIN for one that differs. */
export function oneDomain<D extends Domain>(where: string, parts: readonly Augmenter<D, D>[]): D {
  const first = parts[0];
  if (first === undefined) throw new ViewforgeError('PLAN', where, 'expected at least one augmenter, got none');
  for (const { name, accepts, returns } of parts) {
    if (accepts !== first.accepts || returns !== first.accepts) {
      throw new ViewforgeError(
        'DOMAIN',
        where,
        `expected augmenters from ${first.accepts} to ${first.accepts}, got "${name}" from ${accepts} to ${returns}`,
      );
    }
  }
  return first.accepts;
}

function originOf(name: string, options: Json, of: readonly Part[]): Origin | undefined {
  const origins = of.map((part) => part.origin);
  return origins.includes(undefined) ? undefined : { compose: name, options, of: origins as Origin[] };
}
