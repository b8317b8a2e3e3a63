import { type ContrastBatch, type EncodedViews, eachExcluded, eachWeight } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleEncodedViews, gradientError, matchers, obeysOptionLaws, obeysPairingLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { regionPlaces, regions } from './regions.ts';

expect.extend(matchers);

const start = { epoch: 0, step: 0, fraction: 0 };
const maps = exampleEncodedViews({ items: 2, width: 2 * 5 * 6 });

obeysOptionLaws(regions, { height: 5, width: 6 });
obeysPairingLaws(regions({ height: 5, width: 6 }), [maps]);
obeysPairingLaws(regions({ height: 4, width: 3, size: 2, negatives: 1 }), [
  exampleEncodedViews({ items: 2, views: 3, width: 12 }),
]);

describe('places', () => {
  test('nine on a grid and four at the quarter points', () => {
    const places = regionPlaces({ height: 11, width: 19, size: 3 }).map(({ top, left }) => [top, left]);
    const grid = [0, 4, 8].flatMap((top) => [0, 8, 16].map((left) => [top, left]));
    const quarters = [2, 6].flatMap((top) => [4, 12].map((left) => [top, left]));
    expect(places).toEqual([...grid, ...quarters]);
  });

  test('those that fall on one place count once', () => {
    expect(regionPlaces({ height: 3, width: 3, size: 3 })).toEqual([{ top: 0, left: 0 }]);
    expect(regionPlaces({ height: 4, width: 3, size: 3 })).toEqual([
      { top: 0, left: 0 },
      { top: 1, left: 0 },
    ]);
  });
});

test('a row holds the cells of its region, channel by channel', () => {
  const map = Float64Array.from({ length: 2 * 11 * 11 }, (_, i) => i);
  const view = { features: features(map, 1, 242), blend: { kind: 'identity' } } as const;
  const { batch } = regions({ height: 11, width: 11 }).pair({ items: [{ id: 'a' }], views: { view: [view, view] } }, null, start);
  expect(batch.queries.shape).toEqual([26, 18]);
  // region 4 begins at row 4, column 4
  const row = Array.from({ length: 18 }, (_, e) => batch.queries.get(4, e));
  const cells = [48, 49, 50, 59, 60, 61, 70, 71, 72];
  expect(row).toEqual([...cells, ...cells.map((cell) => cell + 121)]);
});

test('a region sees itself in the other view, and the farthest others of its own item in both', () => {
  const { batch } = regions({ height: 11, width: 11, negatives: 2 }).pair(
    exampleEncodedViews({ items: 2, width: 121 }),
    null,
    start,
  );
  // row (view * 2 + item) * 13 + region; region 0 is the upper left one, 8 the lower right, 5 and 7 are next to it in distance
  expect(targetsOf(batch, 13)).toEqual([[39, 1]]);
  expect(seenBy(batch, 13)).toEqual([13 + 5, 13 + 8, 39, 39 + 5, 39 + 8]);
  expect(targetsOf(batch, 39)).toEqual([[13, 1]]);
});

test('InfoNCE of a region: similarity .8 with its positive, .2, .1, -.3 and 0 with negatives', () => {
  // one row of three cells and regions of one: the place in the middle is told from both ends
  const others = [0.2, 0.1, -0.3, 0].map((cosine) => [cosine, Math.sqrt(1 - cosine * cosine)]);
  const view = (...cells: readonly (readonly number[])[]) => ({
    features: features(Float64Array.from([...cells.map(([x]) => x!), ...cells.map(([, y]) => y!)]), 1, 2 * cells.length),
    blend: { kind: 'identity' } as const,
  });
  const encoded: EncodedViews = {
    items: [{ id: 'a' }],
    views: { view: [view(others[0]!, [1, 0], others[1]!), view(others[2]!, [0.8, 0.6], others[3]!)] },
  };
  const { batch } = regions({ height: 1, width: 3, size: 1 }).pair(encoded, null, start);
  const places = regionPlaces({ height: 1, width: 3, size: 1 }).map(({ left }) => left);
  expect(infoNce({ temperature: 0.1 }).measure(batch).perQuery[places.indexOf(1)]).toBeCloseTo(0.003736, 6);
});

test('the gradient of InfoNCE reaches the maps, where squares overlap as well', () => {
  const pairing = regions({ height: 5, width: 6 });
  const loss = infoNce({ temperature: 0.5 });
  const pulled = (({ batch, pullback }) => pullback(loss.differentiate(batch).gradients))(pairing.pair(maps, null, start));
  const inputs = maps.views['view']!.map((view) => view.features);
  const value = (moved: readonly Features[]) => {
    const views = maps.views['view']!.map((view, index) => ({ ...view, features: moved[index]! }));
    return loss.measure(pairing.pair({ ...maps, views: { view: views } }, null, start).batch).value;
  };
  expect(gradientError(value, inputs, pulled['view']!).worst).toBeLessThan(1e-8);
});

test('a map of one region has no negatives: 0', () => {
  const found = regions({ height: 3, width: 3 }).pair(exampleEncodedViews({ items: 2, width: 9 }), null, start);
  const { value, gradients } = infoNce().differentiate(found.batch);
  expect(value).toBe(0);
  expect(values(gradients.queries!).every((slope) => slope === 0)).toBe(true);
});

test.each([
  [{ height: 5, width: 5 }, 'expected maps of [c, 5, 5], c * 25 numbers, got 60'],
  [{ height: 2, width: 6 }, 'expected maps of at least 3 by 3 cells, got 2 by 6'],
])('maps that do not fit %o are refused', (options, message) => {
  expect(() => regions(options).pair(maps, null, start)).toThrow(`regions: ${message}`);
});

function targetsOf({ targets }: ContrastBatch, row: number): [number, number][] {
  const found: [number, number][] = [];
  eachWeight(targets, row, (column, weight) => found.push([column, weight]));
  return found;
}

function seenBy(batch: ContrastBatch, row: number): number[] {
  const unseen = new Set<number>();
  eachExcluded(batch, row, (column) => unseen.add(column));
  return Array.from({ length: batch.queries.shape[0]! }, (_, column) => column).filter((column) => !unseen.has(column));
}

describe('an output of the encoder in place of the features', () => {
  const shown: EncodedViews = {
    ...maps,
    views: {
      view: maps.views['view']!.map(({ features: map, blend }) => ({
        features: features(new Float64Array(2 * 7), 2, 7),
        blend,
        outputs: { map: tensor(values(map), [2, 2, 5, 6]) },
      })),
    },
  };
  const asFeatures = regions({ height: 5, width: 6 });
  const asOutput = regions({ height: 5, width: 6, output: 'map' });

  test('gives the same batch, and the gradients of that output', () => {
    const expected = asFeatures.pair(maps, null, start);
    const found = asOutput.pair(shown, null, start);
    expect(values(found.batch.queries)).toEqual(values(expected.batch.queries));
    expect(found.batch).toMatchObject({ targets: expected.batch.targets, excluded: expected.batch.excluded });
    const slopes = { queries: expected.batch.queries };
    expect(found.pullback(slopes)['view']!.map(({ shape }) => shape)).toEqual([
      [2, 60],
      [2, 60],
    ]);
    expect(found.pullback(slopes)['view']!.map((each) => [...values(each)])).toEqual(
      expected.pullback(slopes)['view']!.map((each) => [...values(each)]),
    );
  });

  test('that the encoder lacks is NAME, and the message says what it has', () => {
    expect(() => regions({ height: 5, width: 6, output: 'maps' }).pair(shown, null, start)).toThrow(
      expect.objectContaining({ code: 'NAME', message: expect.stringContaining('called "maps", got none; known: map') }),
    );
    expect(() => asOutput.pair(maps, null, start)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('known: none') }),
    );
  });
});
