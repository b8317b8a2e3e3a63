import { type ContrastBatch, type Extras, excludedRanges, pairs, sparseExclusion } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { mixerSession } from '@viewforge/onnx';
import { createRandom } from '@viewforge/random';
import { type Features, features, tensor, unitRows, values } from '@viewforge/tensor';
import { obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { arcOf, arcShares } from './great-arc.ts';
import { arcRows, drawArcPoints } from './hallucinate.ts';
import { hallucinatePositives } from './hallucinate-positives.ts';
import { sphericalKMeans } from './spherical-k-means.ts';

const later = { epoch: 200, step: 1000, fraction: 0.5 };
const unit = (...row: number[]): number[] => row.map((each) => each / Math.hypot(...row));
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).reduce((sum, each, e) => sum + each * b[e]!, 0);
const rows = (...of: number[][]): Features => features(Float64Array.from(of.flat()), of.length, of[0]!.length);
const random = createRandom(4);
const normal = (n: number, d = 5): Features =>
  features(
    Float64Array.from({ length: n * d }, () => random.normal(0, 1)),
    n,
    d,
  );

/** Four queries, their keys, and a queue of forty rows in two blocks. */
const queued: ContrastBatch = {
  queries: normal(4),
  keys: [normal(4), unitRows(normal(24)).rows, unitRows(normal(16)).rows],
  targets: { kind: 'identity' },
  excluded: excludedRanges([
    [[1, 4]],
    [
      [0, 1],
      [2, 4],
    ],
    [
      [0, 2],
      [3, 4],
    ],
    [[0, 3]],
  ]), // prettier-ignore
  frozen: [true, true, true],
};
const part = hallucinatePositives({ count: 12, prototypes: 6, window: 30 });
const rowOf = ({ values: of }: Extras, query: number, i: number): number[] => {
  const [, s, d] = of.shape as [number, number, number];
  return [...values(of)].slice((query * s + i) * d, (query * s + i + 1) * d);
};

obeysMixerLaws(hallucinatePositives({ count: 12, prototypes: 6, startEpoch: 0 }), [queued]);

test('an arc in three dimensions: its angle, its border, and the point halfway to it', () => {
  const [k, nearest, other] = [[1, 0, 0], unit(0.9, 0.1, 0.3), unit(0.2, 0.9, 0.1)] as const;
  const { angle, border } = arcOf({
    keyToNearest: dot(k, nearest),
    keyToOther: dot(k, other),
    nearestToOther: dot(nearest, other),
  });
  expect([angle, border]).toEqual([expect.closeTo(1.353423, 6), expect.closeTo(0.528581, 6)]);
  const at = (t: number): number[] => {
    const [a, b] = arcShares(angle, t);
    return unit(...k.map((each, e) => a * each + b * other[e]!));
  };
  expect([dot(at(border), nearest), dot(at(border), other)]).toEqual([expect.closeTo(0.803271, 6), expect.closeTo(0.803271, 6)]);
  const half = at(0.5 * border);
  expect(half).toEqual([0.936706, 0.347976, 0.038664].map((each) => expect.closeTo(each, 6)));
  expect([dot(half, nearest), dot(half, other)]).toEqual([expect.closeTo(0.932378, 6), expect.closeTo(0.543894, 6)]);
});

test('the border of a prototype far behind the key is beyond a right angle', () => {
  const angle = Math.acos(-0.9);
  const arc = arcOf({ keyToNearest: 0.3, keyToOther: -0.9, nearestToOther: 0.1 });
  expect(arc.border * angle).toBeGreaterThan(Math.PI / 2);
  expect(arc.border).toBeLessThan(1);
  const [a, b] = arcShares(angle, arc.border);
  expect(a * 0.3 + b * 0.1).toBeCloseTo(a * -0.9 + b, 7); // as near to both
});

test('positives have length 1, stay in the cell of their key, and lie on arcs toward other prototypes', () => {
  const drawn = part.draw(queued, createRandom(1), later)!;
  const { positives } = part.apply(queued, drawn);
  const newest = [...values(queued.keys[1]!), ...values(queued.keys[2]!)];
  const window = Array.from({ length: 30 }, (_, i) => (drawn.end - 1 - i + 80) % 40).flatMap((row) =>
    newest.slice(5 * row, 5 * row + 5),
  );
  const prototypes = sphericalKMeans(
    features(Float64Array.from(window), 30, 5),
    { count: 6 },
    createRandom(drawn.seed).fork('prototypes'),
  );
  const centers = Array.from({ length: 6 }, (_, i) => [...values(prototypes)].slice(5 * i, 5 * i + 5));
  expect(positives!.values.shape).toEqual([4, 12, 5]);
  expect(Math.max(...positives!.counts)).toBeGreaterThan(3);
  for (let query = 0; query < 4; query++) {
    const key = unit(...[...values(queued.keys[0]!)].slice(5 * query, 5 * query + 5));
    const near = centers.map((center) => dot(key, center));
    const own = near.indexOf(Math.max(...near));
    for (let i = 0; i < positives!.counts[query]!; i++) {
      const point = rowOf(positives!, query, i);
      expect(Math.hypot(...point)).toBeCloseTo(1, 12);
      const found = centers.map((center) => dot(point, center));
      expect(found.indexOf(Math.max(...found))).toBe(own);
      expect(dot(point, key)).toBeLessThan(1 - 1e-6);
    }
  }
});

/** A key whose nearest prototype is the first, and three others. */
const key = rows([1, 0, 0]);
const around = rows(unit(0.9, 0.1, 0.3), unit(0.2, 0.9, 0.1), unit(-0.1, -0.8, 0.3), unit(0.1, 0, -1));
const usual = { count: 50, skip: 1, candidates: 20, easiest: 0.8, hardest: false };

test('for each point a candidate is drawn, then u; the nearest prototypes are skipped', () => {
  const points = drawArcPoints(key, around, { ...usual, count: 1 }, createRandom(3))[0]!;
  const stream = createRandom(3).fork(0);
  // by cosine after the first: 1 (0.216), 3 (0.0995), 2 (-0.116); the first of these is skipped
  const prototype = [3, 2][stream.integer(0, 2)]!;
  const u = stream.uniform(0, 0.8);
  const [nearest, other] = [0, prototype].map((row) => [...values(around)].slice(3 * row, 3 * row + 3)) as [number[], number[]];
  const { angle, border } = arcOf({ keyToNearest: nearest[0]!, keyToOther: other[0]!, nearestToOther: dot(nearest, other) });
  expect(points).toEqual([{ prototype, shares: arcShares(angle, (1 - u) * border) }]);
  const toward = (how: object) =>
    new Set(drawArcPoints(key, around, { ...usual, ...how }, createRandom(3))[0]!.map((each) => each.prototype));
  expect(toward({})).toEqual(new Set([3, 2]));
  expect(toward({ candidates: 1 })).toEqual(new Set([3]));
  expect(toward({ skip: 0, candidates: 1 })).toEqual(new Set([1]));
});

test('the hardest lie just before the border, all alike; easy ones near the key', () => {
  const far = drawArcPoints(key, around, { ...usual, skip: 0, candidates: 1, hardest: true }, createRandom(3))[0]!;
  expect(far).toHaveLength(50);
  const [nearest, other] = [0, 1].map((row) => [...values(around)].slice(3 * row, 3 * row + 3)) as [number[], number[]];
  const { angle, border } = arcOf({ keyToNearest: nearest[0]!, keyToOther: other[0]!, nearestToOther: dot(nearest, other) });
  for (const { shares } of far) expect(shares).toEqual(arcShares(angle, border - 0.01));
  const points = arcRows(key, around, [far], key, 50);
  expect(rowOf(points, 0, 49)[0]).toBeCloseTo(Math.cos((border - 0.01) * angle), 7);
});

test('no candidates, keys without a direction and points across a border give none', () => {
  expect(drawArcPoints(key, around, { ...usual, skip: 3 }, createRandom(1))).toEqual([[]]);
  expect(drawArcPoints(rows([0, 0, 0]), around, usual, createRandom(1))).toEqual([[]]);
  // opposite of the key: no arc of its own
  expect(drawArcPoints(key, rows([1, 0, 0], [-1, 0, 0]), { ...usual, skip: 0 }, createRandom(1))).toEqual([[]]);
  // a third prototype lies between: what goes past it is dropped
  const between = rows([1, 0, 0], unit(1, 0.6, 0), [0, 1, 0]);
  const kept = drawArcPoints(key, between, { ...usual, count: 200 }, createRandom(1))[0]!;
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(200);
});

test('a prototype at the key itself leaves the key', () => {
  const twins = rows([1, 0, 0], [1, 0, 0], [0, 1, 0]);
  const points = drawArcPoints(key, twins, { ...usual, skip: 0, candidates: 1, count: 2 }, createRandom(1))[0]!;
  expect(points.map(({ shares }) => shares)).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

test('rows that no query may see, and older ones, have no influence', () => {
  const drawn = { ...part.draw(queued, createRandom(1), later)!, end: 30 };
  const before = part.apply(queued, drawn).positives!;
  const hide = (column: number): ContrastBatch => ({ ...queued, excluded: sparseExclusion([0, 1, 2, 3].map(() => [column])) });
  const poisoned = (batch: ContrastBatch, row: number, value: number): ContrastBatch => {
    const data = values(batch.keys[1]!).slice();
    data.fill(value, row * 5, row * 5 + 5);
    return { ...batch, keys: [batch.keys[0]!, tensor(data, [24, 5]), batch.keys[2]!] };
  };
  const of = (batch: ContrastBatch) => [...values(part.apply(batch, drawn).positives!.values)];
  expect(of(poisoned(hide(4 + 10), 10, Number.NaN))).toEqual(of(hide(4 + 10)));
  expect(of(hide(4 + 10))).not.toEqual([...values(before.values)]);
  expect(() => of(poisoned(queued, 10, Number.NaN))).toThrow('got others in column 14');
  const newest = { ...drawn, window: 5 }; // rows 25 to 29
  expect(values(part.apply(poisoned(queued, 10, 7), newest).positives!.values)).toEqual(
    values(part.apply(queued, newest).positives!.values),
  );
});

test('it starts with its epoch, and once twice the queue and one row were seen', () => {
  const at = (epoch: number, step: number) => part.draw(queued, createRandom(1), { ...later, epoch, step });
  expect(at(199, 1000)).toBeNull();
  expect(at(200, 20)).toBeNull(); // 80 rows
  expect(at(200, 21)).toMatchObject({ end: 4 });
  expect(part.apply(queued, null)).toBe(queued);
});

test('batches that it cannot mean are refused', () => {
  const drawn = part.draw(queued, createRandom(1), later);
  expect(() => part.apply(part.apply(queued, drawn), drawn)).toThrow('expected no synthetic positives, got some');
  expect(() => infoNce().measure(part.apply(queued, drawn))).toThrow('such as mix-features/with-positives');
});

test('without a queue prototypes are made of all keys of the batch', () => {
  const batch = pairs(normal(9), normal(9));
  const drawn = part.draw(batch, createRandom(1), later)!;
  expect(part.apply(batch, drawn).positives!.counts.some((count) => count > 0)).toBe(true);
  const moved = { ...batch, keys: [normal(9)] };
  expect(values(part.apply(moved, drawn).positives!.values)).not.toEqual(values(part.apply(batch, drawn).positives!.values));
});

test('positives take no gradient with them', () => {
  const drawn = part.draw(queued, createRandom(1), later);
  const { queries } = queued;
  expect(part.pullback!(queued, drawn, { queries, positives: tensor(new Float64Array(8), [4, 2, 1]) })).toEqual({ queries });
});

test('the model gives what the code gives', async () => {
  const single = (block: Features): Features => features(Float32Array.from(values(block)), block.shape[0]!, block.shape[1]!);
  const batch = { ...queued, queries: single(queued.queries), keys: queued.keys.map(single) };
  const drawn = part.draw(batch, createRandom(2), later);
  const session = mixerSession(part, { from: 0 });
  const found = await session.apply(batch, drawn);
  expect(session.counts()).toMatchObject({ graph: 1, direct: 0 });
  await session.close();
  const expected = part.apply(batch, drawn);
  expect(found.positives!.counts).toEqual(expected.positives!.counts);
  expect([...values(found.positives!.values)]).toEqual(
    [...values(expected.positives!.values)].map((each) => expect.closeTo(each, 5)),
  );
  expect(part.graph!.plan(queued, drawn)).toBeUndefined();
  expect(part.graph!.plan(batch, null)).toBeUndefined();
});
