import { type Augmenter, type Domain, type Domains, type Json, ViewforgeError } from '@viewforge/core';

/** What `rejectUntil` draws: the params of every try. */
export type Tries = { readonly tries: readonly Json[] };

/** An augmenter that looks at what it makes, and can tell which try it took. */
export interface RejectUntil<D extends Domain> extends Augmenter<D, D, Tries> {
  /** The first try that the predicate takes, from 0; undefined where none is taken and the input stays as it is. */
  takenTry(input: Domains[D], params: Tries): number | undefined;
}

/**
 * The first of several draws of a part whose view a predicate takes, or the input as it is when it takes none. All tries are
 * drawn before anything is made, each from a stream of its own, so the same params always give the same view as long as the
 * predicate decides by the view and its params alone. A predicate cannot move to another thread: views of such a part are made on
 * the main thread. Throws ViewforgeError: OPTION unless tries are whole and at least 1, DOMAIN for a part that changes the
 * domain, SHAPE when one draws another shape, because the shape of a view must be known before it is seen.
 */
export function rejectUntil<D extends Domain>(
  part: Augmenter<D, NoInfer<D>>,
  isTaken: (view: Domains[D], params: Json) => boolean,
  tries: number,
): RejectUntil<D> {
  const where = 'reject-until';
  if (!Number.isInteger(tries) || tries < 1) throw new ViewforgeError('OPTION', where, `expected at least 1 try, got ${tries}`);
  if (part.accepts !== part.returns) {
    throw new ViewforgeError('DOMAIN', where, `expected a part that keeps the domain, got "${part.name}" to ${part.returns}`);
  }
  const taken = (input: Domains[D], params: Tries) => firstTaken(part, isTaken, input, params);
  return Object.freeze({
    kind: 'augmenter',
    name: where,
    version: 1,
    accepts: part.accepts,
    returns: part.accepts,
    draw(shape, random, context) {
      return { tries: Array.from({ length: tries }, (_, i) => checked(part, shape, part.draw(shape, random.fork(i), context))) };
    },
    reshape: (shape) => shape,
    apply: (input, params) => taken(input, params)?.view ?? input,
    takenTry: (input, params) => taken(input, params)?.index,
  } satisfies RejectUntil<D>);
}

function firstTaken<D extends Domain>(
  part: Augmenter<D, D>,
  isTaken: (view: Domains[D], params: Json) => boolean,
  input: Domains[D],
  { tries }: Tries,
): { readonly index: number; readonly view: Domains[D] } | undefined {
  for (const [index, params] of tries.entries()) {
    const view = part.apply(input, params);
    if (isTaken(view, params)) return { index, view };
  }
  return undefined;
}

function checked(part: Augmenter, shape: readonly number[], params: Json): Json {
  const made = part.reshape(shape, params);
  if (made.length === shape.length && made.every((side, i) => side === shape[i])) return params;
  throw new ViewforgeError(
    'SHAPE',
    'reject-until',
    `expected a part that keeps the shape [${shape}], got [${made}] of "${part.name}"`,
  );
}
