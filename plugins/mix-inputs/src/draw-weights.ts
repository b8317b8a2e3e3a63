import { choice, flag, number, range } from '@viewforge/core';
import { beta, type Random } from '@viewforge/random';

/** Where the weights of mixing (lambda, the share of the first of two sources) come from. */
export interface WeightLaw {
  readonly law: 'beta' | 'uniform';
  /** Both shapes of the beta distribution. */
  readonly alpha: number;
  /** The interval of the uniform distribution. */
  readonly weightRange: readonly [number, number];
  /** Whether a batch shares one weight, or every item has its own. */
  readonly sharing: 'batch' | 'sample';
  /** Whether the larger of w and 1 - w is taken, so that the first source prevails. */
  readonly fold: boolean;
}

/** The option, of this name, that shapes a beta distribution. */
export function alphaOption(usual: number, name = 'alpha') {
  return number({
    default: usual,
    min: 0,
    max: 1e6,
    unit: 'none',
    doc: `Weights are drawn from Beta(${name}, ${name}): 1 is uniform, less is nearer to 0 and 1, more nearer to 0.5; 0 does not mix.`,
  });
}

/** The options of a law that leaves everything open. */
export const lawOptions = {
  law: choice(['beta', 'uniform'], {
    default: 'beta',
    doc: 'Weights are drawn from Beta(alpha, alpha) or uniformly from weightRange.',
  }),
  weightRange: range({
    default: [0, 1],
    min: 0,
    max: 1,
    unit: 'share of the first',
    doc: 'Uniform weights are drawn from here; equal ends fix the weight.',
  }),
};

/** The option that says whether a batch shares one weight. */
export function sharingOption(usual: WeightLaw['sharing']) {
  return choice(['batch', 'sample'], { default: usual, doc: 'One weight for the whole batch, or one for every item.' });
}

/** The option that says whether every item remains mostly itself. */
export const foldOption = flag({
  default: false,
  doc: 'Take the larger of w and 1 - w, so that every item remains mostly itself.',
});

/** One weight in [0, 1] where the batch shares it, or else n. */
export function drawWeights(law: WeightLaw, n: number, random: Random): number[] {
  return Array.from({ length: law.sharing === 'batch' ? 1 : n }, () => drawWeight(law, random));
}

/** One weight in [0, 1], from Beta(alpha, alpha) or from an interval; in [0.5, 1] where it is folded. */
export function drawWeight({ law, alpha, weightRange, fold }: Omit<WeightLaw, 'sharing'>, random: Random): number {
  const weight = law === 'beta' ? beta(random, alpha, alpha) : random.uniform(...weightRange);
  return fold ? Math.max(weight, 1 - weight) : weight;
}

/** The law of most papers: weights from Beta(alpha, alpha). */
export function betaLaw(alpha: number, extra: Partial<WeightLaw> = {}): WeightLaw {
  return { law: 'beta', alpha, weightRange: [0, 1], sharing: 'batch', fold: false, ...extra };
}
