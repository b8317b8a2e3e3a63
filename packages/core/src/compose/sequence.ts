import type { Domain, Domains } from '../contracts/domains.ts';
import type { Json } from '../contracts/json.ts';
import type { Augmenter, Fusion } from '../contracts/transform.ts';
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
    apply: (input, params) => applyAll(parts, input, params),
    ...pullbackOf(parts),
    ...fusionOf(parts),
  });
}

/** One part after the other; neighbors that can be worked off together are. */
function applyAll(parts: readonly Augmenter[], input: Domains[Domain], params: readonly Json[]): Domains[Domain] {
  let value = input;
  for (let i = 0; i < parts.length; ) {
    const run = parts[i]!.fusion?.run;
    let end = i + 1;
    while (run !== undefined && parts[end]?.fusion?.run === run) end++;
    value =
      run === undefined || end === i + 1
        ? parts[i]!.apply(value as never, params[i]!)
        : (run(value as never, stepsOf(parts.slice(i, end), params.slice(i, end))) as Domains[Domain]);
    i = end;
  }
  return value;
}

function stepsOf(parts: readonly Augmenter[], params: readonly Json[]): readonly never[] {
  return parts.flatMap((part, i) => part.fusion!.steps(params[i]!) as readonly never[]);
}

/** Gradients go back through the parts in reverse, where each has a way back. */
function pullbackOf(parts: readonly Augmenter[]): Pick<Augmenter<Domain, Domain, readonly Json[]>, 'pullback'> {
  if (parts.some((part) => part.pullback === undefined)) return {};
  return {
    pullback(input, params, gradient) {
      const inputs = [input];
      for (const [i, part] of parts.slice(0, -1).entries()) inputs.push(part.apply(inputs[i] as never, params[i]!));
      return parts.reduceRight((back, part, i) => part.pullback!(inputs[i] as never, params[i]!, back as never), gradient);
    },
  };
}

/** A sequence of parts that all work together works together with its own neighbors too. */
function fusionOf(parts: readonly Augmenter[]): { readonly fusion?: Fusion<readonly Json[]> } {
  const run = parts[0]!.fusion?.run;
  if (run === undefined || parts.some((part) => part.fusion?.run !== run)) return {};
  return { fusion: { run, steps: (params) => stepsOf(parts, params) } };
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
