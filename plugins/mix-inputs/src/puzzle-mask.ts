/** What a block mask is decided by; blocks [n, n] are row-major. */
export interface Puzzle {
  /** Blocks along each side. */
  readonly n: number;
  /** [n * n] each, sums 1: how much the blocks of the first and of the second image matter. */
  readonly saliency: readonly [first: Float64Array, second: Float64Array];
  /** Share of the first image that the mask is drawn to, in [0, 1]. */
  readonly weight: number;
  /** How colors differ across the borders of blocks; nothing does when left out. */
  readonly borders?: BlockBorders;
  readonly weighing: PuzzleWeighing;
}

/**
 * Mean differences of intensities across borders of neighboring blocks, when the earlier block comes from the first or second image and the
 * later one likewise: [both first, first then second, second then first, both second], each [n * (n - 1)].
 */
export interface BlockBorders {
  /** Between columns: block [y, x] and [y, x + 1] at y * (n - 1) + x. */
  readonly across: readonly Float64Array[];
  /** Between rows: block [y, x] and [y + 1, x] at y * n + x. */
  readonly down: readonly Float64Array[];
}

/** How the terms of the puzzle are weighed. */
export type PuzzleWeighing = {
  /** Number of values a block of the mask may have, evenly spaced in [0, 1]; 2 or more. */
  readonly labels: number;
  /** Cost of neighbors that differ (beta in the paper). */
  readonly smoothness: number;
  /** Cost of visible borders (gamma). */
  readonly detail: number;
  /** How strongly the mask's mean is drawn to the weight (eta). */
  readonly prior: number;
};

/** Sweeps over all blocks; fewer where one changes nothing. */
const sweeps = 10;

/**
 * The mask [n * n] of the first image's share in each block that keeps what matters of both: it minimizes the saliency that is hidden,
 * plus smoothness / (16 n) times the squared steps between neighbors, plus detail / (16 n) times the expected differences across borders, minus
 * prior / n^2 times the log probability of the mask's sum under a binomial law with mean `weight`.
 *
 * Solved by iterated conditional modes from the best mask for the saliencies alone: at most ten sweeps, in which the blocks that are
 * least sure of themselves come first. The same input always gives the same mask; it is a local optimum. The paper takes graph cuts.
 */
export function puzzleMask(puzzle: Puzzle): Float64Array {
  const { n, saliency, weight, weighing } = puzzle;
  const top = weighing.labels - 1;
  const margin = saliency[0].map((first, block) => first - saliency[1][block]!);
  const mask = margin.map((each) => (each === 0 ? Math.round(weight * top) / top : Number(each > 0)));
  const order = Array.from(margin, (_, block) => block).sort((a, b) => Math.abs(margin[a]!) - Math.abs(margin[b]!) || a - b);
  const priors = priorCosts(top * n * n, weight).map((cost) => (cost * weighing.prior) / (n * n));
  let sum = mask.reduce((total, value) => total + Math.round(value * top), 0);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let changes = 0;
    for (const block of order) {
      const now = Math.round(mask[block]! * top);
      const costs = Array.from({ length: top + 1 }, (_, label) => {
        return -margin[block]! * (label / top) + borderCost(puzzle, mask, block, label / top) + priors[sum - now + label]!;
      });
      const best = costs.reduce((least, cost, label) => (cost < costs[least]! ? label : least), now);
      if (best === now) continue;
      mask[block] = best / top;
      sum += best - now;
      changes++;
    }
    if (changes === 0) break;
  }
  return mask;
}

/** Minus the log of a binomial law for 0 .. count, the mean being a share `weight` of `count`. */
function priorCosts(count: number, weight: number): Float64Array {
  const share = Math.min(1 - 1e-8, Math.max(1e-8, weight));
  const costs = new Float64Array(count + 1);
  let ways = 0; // ln of the number of ways
  for (let k = 0; k <= count; k++) {
    if (k > 0) ways += Math.log((count - k + 1) / k);
    costs[k] = -(ways + k * Math.log(share) + (count - k) * Math.log(1 - share));
  }
  return costs;
}

/** What the borders of one block cost when its value in the mask is `value`. */
function borderCost({ n, borders, weighing }: Puzzle, mask: Float64Array, block: number, value: number): number {
  const [y, x] = [Math.floor(block / n), block % n];
  const cost = (other: number, at: number, of: readonly Float64Array[] | undefined, isEarlier: boolean): number => {
    const neighbor = mask[other]!;
    const [a, b] = isEarlier ? [value, neighbor] : [neighbor, value];
    const seen = of
      ? a * b * of[0]![at]! + a * (1 - b) * of[1]![at]! + (1 - a) * b * of[2]![at]! + (1 - a) * (1 - b) * of[3]![at]!
      : 0;
    return (weighing.smoothness * (value - neighbor) ** 2 + weighing.detail * seen) / (16 * n);
  };
  let sum = 0;
  if (x > 0) sum += cost(block - 1, y * (n - 1) + x - 1, borders?.across, false);
  if (x < n - 1) sum += cost(block + 1, y * (n - 1) + x, borders?.across, true);
  if (y > 0) sum += cost(block - n, block - n, borders?.down, false);
  if (y < n - 1) sum += cost(block + n, block, borders?.down, true);
  return sum;
}
