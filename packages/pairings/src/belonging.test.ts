import { type EncodedViews, eachExcluded, eachWeight, sparseWeights, type Weights } from '@viewforge/core';
import { createRandom, type Random } from '@viewforge/random';
import { exampleEncodedViews } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { belonging, type Relation } from './belonging.ts';

// Against the definition, row by column, on views that are mixed at random with duplicates and classes among the items.

const n = 6;

test.each(
  (['items', 'labels'] as const).flatMap((positives) =>
    (['views', 'other-views'] as const).flatMap((within) =>
      (['ids', 'labels', 'nothing'] as const).map((exclude) => ({ positives, within, exclude })),
    ),
  ),
)('$positives within $within, excluding $exclude: what the definition says', (about) => {
  for (let seed = 0; seed < 5; seed++) {
    const encoded = mixedViews(createRandom('belonging').fork(seed));
    const stack = encoded.views['view']!.map((view, place) => ({ view, place }));
    for (const keys of [stack, stack.slice(1), stack.slice(0, 1)]) {
      const relation: Relation = { queries: stack, keys, ...about };
      const found = belonging(encoded, relation);
      const wanted = slowly(encoded, relation);
      wanted.targets.forEach((weights, row) => {
        const own = Array<number>(weights.length).fill(0);
        eachWeight(found.targets, row, (column, weight) => {
          own[column] = weight;
        });
        expect(own).toEqual(weights.map((each) => expect.closeTo(each, 6))); // float32 targets
        const hidden: number[] = [];
        eachExcluded({ excluded: found.excluded, keys: [] }, row, (column) => hidden.push(column));
        expect(hidden).toEqual(wanted.excluded[row]);
      });
    }
  }
});

function slowly({ items }: EncodedViews, relation: Relation): { targets: number[][]; excluded: number[][] } {
  const classOf = (i: number) => ((items[i]!.label ?? -1) < 0 ? undefined : items[i]!.label);
  const rows = (stack: Relation['queries']) =>
    stack.flatMap(({ view, place }) => Array.from({ length: n }, (_, i) => ({ place, i, parts: partsOf(view.blend, i) })));
  const columns = rows(relation.keys);
  const both = rows(relation.queries).map((query) => {
    const isSelf = columns.map((key) => key.place === query.place && key.i === query.i);
    const shares = columns.map((key, column) => {
      if (relation.within === 'views' ? isSelf[column] : key.place === query.place) return 0;
      const pairs = query.parts.flatMap(([i, a]) => key.parts.map(([j, b]) => (isPositive(i, j) ? a * b : 0)));
      return pairs.reduce((sum, each) => sum + each, 0);
    });
    const total = shares.reduce((sum, each) => sum + each, 0);
    const excluded = columns.flatMap((key, column) => {
      const by = relation.exclude;
      const isAlike = by !== 'nothing' && query.parts.some(([i]) => key.parts.some(([j]) => isExcluded(i, j, by)));
      return shares[column] === 0 && (isSelf[column] || isAlike) ? [column] : [];
    });
    return { targets: shares.map((share) => (total === 0 ? 0 : share / total)), excluded };
  });
  return { targets: both.map(({ targets }) => targets), excluded: both.map(({ excluded }) => excluded) };

  function isPositive(i: number, j: number): boolean {
    if (relation.positives === 'items') return i === j;
    return classOf(i) === undefined || classOf(j) === undefined ? i === j : classOf(i) === classOf(j);
  }
  function isExcluded(i: number, j: number, by: 'ids' | 'labels'): boolean {
    const byClass = by === 'labels' && (classOf(i) !== undefined || classOf(j) !== undefined);
    return byClass ? classOf(i) === classOf(j) : items[i]!.id === items[j]!.id;
  }
}

function mixedViews(random: Random): EncodedViews {
  const views = exampleEncodedViews({ items: n, views: 3 }).views['view']!;
  const items = Array.from({ length: n }, () => {
    const label = random.integer(-1, 3);
    return { id: `${random.integer(0, 4)}`, ...(label > -1 && { label }) };
  });
  const blend = (): Weights =>
    sparseWeights(
      Array.from({ length: n }, (_, i) => {
        const share = random.uniform(0.5, 1);
        const other = random.integer(0, n);
        return other === i
          ? [[i, 1]]
          : [
              [i, share],
              [other, 1 - share],
            ];
      }),
    );
  return { items, views: { view: [views[0]!, ...views.slice(1).map((view) => ({ ...view, blend: blend() }))] } };
}

function partsOf(blend: Weights, row: number): [number, number][] {
  const parts: [number, number][] = [];
  eachWeight(blend, row, (item, share) => parts.push([item, share]));
  return parts;
}
