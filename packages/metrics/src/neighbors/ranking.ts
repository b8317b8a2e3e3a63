import { defineMetric, integer } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { z } from 'zod';
import { notFinite, nothingToMeasure, zeroNotes } from '../reports.ts';
import { featuresOf, labelsOf, roleOption, sourcesOf } from '../role.ts';
import { areFinite, directionsOf, rowsAt } from '../rows.ts';
import { chosenNotes, seedOption, someItems } from '../some-items.ts';
import { eachScored } from './nearest.ts';
import { averagePrecision, ndcgAt, precisionAt, recallAt, reciprocalRank } from './ranks.ts';

/**
 * How high items of the same class rank when all other items are put in order of their cosine with one: the mean average
 * precision over items, view by view, then over the views of the role. In [0, 1].
 *
 * Ties rank last what is of the class, so collapsed features gain nothing by their order. Items without a class or without
 * another of their class, other items of the same id, and rows of length 0 are left out. `n` counts rows that were searched
 * for. `parts`: `precision`, `recall` and `ndcg` at the first k, `meanReciprocalRank`. Of more items than `most`, as many are
 * chosen at random by seed and item id, and a note says so. NaN where no class has two items, or a number is not finite. Throws
 * ViewforgeError (NAME) for a role that the plan lacks.
 */
export const ranking = defineMetric({
  name: 'ranking',
  summary: 'Measure how high items of the same class rank by their cosine.',
  better: 'higher',
  options: z.object({
    k: integer({ default: 10, min: 1, unit: 'places', doc: 'Precision, recall and gain are taken over so many first places.' }),
    most: integer({
      default: 4096,
      min: 2,
      unit: 'items',
      doc: 'Of more items, so many are measured: time grows with the square.',
    }),
    seed: seedOption,
    role: roleOption,
  }),
  async measure(encoded, { k, most, seed, role }, { signal }) {
    const { features, notes } = featuresOf(encoded, role, 'ranking');
    if (!areFinite(features)) return notFinite;
    const known = labelsOf(encoded);
    const labeled = { ...encoded, items: known.positions.map((position) => encoded.items[position]!) };
    const used = someItems(labeled, { most, seed }, 'ranking');
    const sources = sourcesOf(labeled);
    const of = { labels: used.map((i) => known.labels[i]!), sources: used.map((i) => sources[i]!), k };
    const views = features.map((each) =>
      rankedView(
        rowsAt(
          each,
          used.map((i) => known.positions[i]!),
        ),
        of,
        () => signal.throwIfAborted(),
      ),
    );
    const n = views.reduce((sum, view) => sum + view.n, 0);
    if (n === 0) return nothingToMeasure('ranking needs two items of one class');
    const mean = (name: keyof Ranked): number => views.reduce((sum, view) => sum + view.sums[name], 0) / n;
    return {
      value: mean('averagePrecision'),
      n,
      parts: {
        precision: mean('precision'),
        recall: mean('recall'),
        ndcg: mean('ndcg'),
        meanReciprocalRank: mean('meanReciprocalRank'),
      },
      notes: [
        ...notes,
        ...known.notes,
        ...zeroNotes(views.reduce((sum, view) => sum + view.zero, 0)),
        ...chosenNotes(used, labeled),
      ],
    };
  },
});

interface Ranked {
  averagePrecision: number;
  precision: number;
  recall: number;
  ndcg: number;
  meanReciprocalRank: number;
}

interface RankedView {
  /** Sums over n rows. */
  readonly sums: Readonly<Ranked>;
  readonly n: number;
  readonly zero: number;
}

function rankedView(
  x: Features,
  { labels, sources, k }: { readonly labels: readonly number[]; readonly sources: readonly number[]; readonly k: number },
  everyRow: () => void,
): RankedView {
  const { rows, kept, zero } = directionsOf(x);
  const sums: Ranked = { averagePrecision: 0, precision: 0, recall: 0, ndcg: 0, meanReciprocalRank: 0 };
  let n = 0;
  eachScored({ queries: rows, keys: rows, nearness: 'product' }, (query, scores) => {
    everyRow();
    const own = kept[query]!;
    const others = [...kept.keys()].filter((key) => sources[kept[key]!] !== sources[own]);
    const isSame = (key: number): boolean => labels[kept[key]!] === labels[own];
    const relevance = relevanceOf(scores, others, isSame);
    if (!relevance.includes(1)) return;
    n++;
    sums.averagePrecision += averagePrecision(relevance);
    sums.precision += precisionAt(relevance, k);
    sums.recall += recallAt(relevance, k);
    sums.ndcg += ndcgAt(relevance, k);
    sums.meanReciprocalRank += reciprocalRank(relevance);
  });
  return { sums, n, zero };
}

/** [others]; 1 in the places of what is relevant, in falling order of scores, what is not relevant first among equals. */
function relevanceOf(scores: Float64Array, others: readonly number[], isRelevant: (key: number) => boolean): Uint8Array {
  const relevant = Float64Array.from(others.filter(isRelevant), (key) => scores[key]!)
    .sort()
    .reverse();
  const rest = Float64Array.from(
    others.filter((key) => !isRelevant(key)),
    (key) => scores[key]!,
  )
    .sort()
    .reverse();
  const relevance = new Uint8Array(others.length);
  let before = 0;
  for (const [i, score] of relevant.entries()) {
    // nearer than rounding can tell is a tie, or collapsed features would be told apart by it
    while (before < rest.length && rest[before]! >= score - 1e-12) before++;
    relevance[i + before] = 1;
  }
  return relevance;
}
