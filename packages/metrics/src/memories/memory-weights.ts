import { type MemoryOptions, type RankedMemory, type RowImportance, rowImportanceOf } from './row-importance.ts';

/** Rows to keep: those whose importance is not below 0, ascending. A row that does no harm stays. */
export function rowsWorthKeeping({ importance }: Pick<RowImportance, 'importance'>): number[] {
  return [...importance.keys()].filter((row) => !(importance[row]! < 0));
}

/** How weights of a memory are learned. */
export interface Learning extends MemoryOptions {
  readonly steps: number;
  /** What an importance is multiplied by before it is added to its weight; 0.1 when left out. */
  readonly stepSize?: number;
}

/** Weights of a memory, and what they are worth. */
export interface LearnedWeights {
  /** [n], each in [0, 1]. */
  readonly weights: Float64Array;
  /** The utility before the first step and after each one. */
  readonly utilities: readonly number[];
  readonly notes: readonly string[];
}

/**
 * Weights that make a memory worth more to some queries, by gradient ascent from `weights`: each step adds the importance of
 * every row times the step size, and keeps weights in [0, 1]. Without queries, or where an importance is no number, weights stay
 * as they are.
 */
export function learnMemoryWeights(
  queries: readonly RankedMemory[],
  { count, steps, stepSize = 0.1, ...given }: Learning,
): LearnedWeights {
  let weights = Float64Array.from(given.weights);
  let found = rowImportanceOf(queries, { count, weights });
  const utilities = [found.utility];
  for (let step = 0; step < steps && found.n > 0; step++) {
    weights = weights.map((weight, row) => {
      const moved = Math.min(Math.max(weight + stepSize * found.importance[row]!, 0), 1);
      return Number.isNaN(moved) ? weight : moved;
    });
    found = rowImportanceOf(queries, { count, weights });
    utilities.push(found.utility);
  }
  return { weights, utilities, notes: found.notes };
}
