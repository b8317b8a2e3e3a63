import type { MinedBlock } from './mine-block.ts';

/** One lesson for a trainer: the anchor is nearer to the positive, or should be. Rows of the corpus; the anchor is a row of the queries. */
export interface Triple {
  readonly anchor: number;
  /** undefined where the anchor has no positive. */
  readonly positive: number | undefined;
  readonly negative: number;
  readonly positiveScore: number | undefined;
  readonly negativeScore: number;
}

/** Every positive with every negative of each query of a block, whose first query is row `first`: positives first, both best first. */
export function* triplesOf({ negatives, positives }: MinedBlock, first: number): Generator<Triple, void, undefined> {
  const n = negatives.counts.length;
  for (let row = 0; row < n; row++) {
    for (let p = 0; p < Math.max(1, positives.counts[row]!); p++) {
      const hasPositive = p < positives.counts[row]!;
      const from = row * positives.count + p;
      for (let e = 0; e < negatives.counts[row]!; e++) {
        const at = row * negatives.count + e;
        yield {
          anchor: first + row,
          positive: hasPositive ? positives.columns[from]! : undefined,
          negative: negatives.columns[at]!,
          positiveScore: hasPositive ? positives.scores[from]! : undefined,
          negativeScore: negatives.scores[at]!,
        };
      }
    }
  }
}
