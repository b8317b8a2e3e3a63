import { type Json, type Mixer, ViewforgeError } from '@viewforge/core';

/**
 * A mixer of inputs that mixes a batch with probability p in [0, 1], gate and mixer drawing from streams of their own. It has a pullback where
 * the mixer has one. Throws ViewforgeError (OPTION) for a p outside [0, 1].
 */
export function sometimesMix<P extends Json>(p: number, mixer: Mixer<'batch', P>): Mixer<'batch', readonly [P] | null> {
  if (!(p >= 0 && p <= 1)) throw new ViewforgeError('OPTION', 'sometimes-mix', `p: expected a probability in [0, 1], got ${p}`);
  const { pullback } = mixer;
  return Object.freeze({
    kind: 'mixer',
    name: `sometimes-${mixer.name}`,
    version: mixer.version,
    mixes: 'batch',
    draw: (batch, random, context) => (random.fork('gate').chance(p) ? [mixer.draw(batch, random.fork(0), context)] : null),
    apply: (batch, params) => (params === null ? batch : mixer.apply(batch, params[0])),
    stageOf: (params) => (params === null ? 0 : (mixer.stageOf?.(params[0]) ?? 0)),
    ...(pullback && {
      pullback: (batch, params, gradients) => (params === null ? gradients : pullback(batch, params[0], gradients)),
    }),
  } satisfies Mixer<'batch', readonly [P] | null>);
}

/** Which of several mixers was chosen, and what it drew. */
export type ChosenMixer = { readonly chosen: number; readonly params: Json };

/**
 * A mixer of inputs that is one of several, drawn for each batch, each as likely as its weight says (all alike when left out).
 * It has a pullback where all of them have one. Throws ViewforgeError: PLAN for no mixer, OPTION for weights that do not fit.
 */
export function oneMixOf(mixers: readonly Mixer<'batch'>[], weights = mixers.map(() => 1)): Mixer<'batch', ChosenMixer> {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (mixers.length === 0) throw new ViewforgeError('PLAN', 'one-mix-of', 'expected at least one mixer, got none');
  if (
    weights.length !== mixers.length ||
    weights.some((weight) => !(weight >= 0)) ||
    !(total > 0 && total < Number.POSITIVE_INFINITY)
  ) {
    throw new ViewforgeError(
      'OPTION',
      'one-mix-of',
      `weights: expected ${mixers.length} numbers >= 0 with a sum > 0, got [${weights}]`,
    );
  }
  return Object.freeze({
    kind: 'mixer',
    name: 'one-mix-of',
    version: 1,
    mixes: 'batch',
    draw(batch, random, context) {
      let rest = random.fork('gate').uniform(0, total);
      const found = weights.findIndex((weight) => {
        rest -= weight;
        return rest < 0;
      });
      const chosen = found < 0 ? weights.findLastIndex((weight) => weight > 0) : found;
      return { chosen, params: mixers[chosen]!.draw(batch, random.fork(chosen), context) };
    },
    apply: (batch, { chosen, params }) => mixers[chosen]!.apply(batch, params),
    stageOf: ({ chosen, params }) => mixers[chosen]!.stageOf?.(params) ?? 0,
    ...(mixers.every(({ pullback }) => pullback) && {
      pullback: (batch, { chosen, params }, gradients) => mixers[chosen]!.pullback!(batch, params, gradients),
    }),
  } satisfies Mixer<'batch', ChosenMixer>);
}
