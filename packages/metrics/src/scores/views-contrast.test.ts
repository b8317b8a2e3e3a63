import { exampleEncodedViews } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { eachQueryScores } from './contrast-scores.ts';
import { viewsContrast } from './views-contrast.ts';

const everything = { most: 100, seed: 0 };

test('each view is a query with the other views of its item as positives', () => {
  const encoded = exampleEncodedViews({ items: 3, views: 3 });
  const { batch, labels } = viewsContrast(encoded, viewsOf(encoded), everything, 'test');
  const found: (readonly [query: number, positives: number, negatives: number[]])[] = [];
  eachQueryScores(batch, ({ query, positives, columns }) => found.push([query, positives.length, [...columns]]));
  expect(found).toHaveLength(9);
  expect(found[0]).toEqual([0, 2, [1, 2, 4, 5, 7, 8]]);
  expect(found[4]).toEqual([4, 2, [0, 2, 3, 5, 6, 8]]); // view 1 of item 1
  expect([...labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
});

test('items of the same id are neither positives nor negatives', () => {
  const encoded = exampleEncodedViews({ items: 3, ids: ['a', 'b', 'a'] });
  const { batch } = viewsContrast(encoded, viewsOf(encoded), everything, 'test');
  const negatives: number[][] = [];
  eachQueryScores(batch, ({ columns }) => negatives.push([...columns]));
  expect(negatives).toEqual([
    [1, 4],
    [0, 2, 3, 5],
    [1, 4],
    [1, 4],
    [0, 2, 3, 5],
    [1, 4],
  ]);
});

test('of too many items some are chosen, the same in any order', () => {
  const encoded = exampleEncodedViews({ items: 8, views: 1 });
  const reversed = { ...encoded, items: [...encoded.items].reverse() };
  const [found, other] = [encoded, reversed].map((each) => viewsContrast(each, viewsOf(encoded), { most: 3, seed: 5 }, 'test'));
  expect(found!.notes).toEqual(['3 of 8 items were chosen at random']);
  expect(found!.batch.queries.shape).toEqual([3, 4]);
  // the same items lie at mirrored places
  const firsts = (contrast: typeof found): number[] => [0, 1, 2].map((row) => contrast!.batch.queries.get(row, 0));
  const places = firsts(found).map((value) => [...viewsOf(encoded)[0]!.data].indexOf(value) / 4);
  const mirrored = firsts(other).map((value) => 7 - [...viewsOf(encoded)[0]!.data].indexOf(value) / 4);
  expect(mirrored.reverse()).toEqual(places);
});

function viewsOf(encoded: ReturnType<typeof exampleEncodedViews>) {
  return encoded.views['view']!.map((view) => view.features);
}
