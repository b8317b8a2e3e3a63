import { createRandom } from '@viewforge/random';
import { tensor, unstack, values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, matchers, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { puzzleMask } from './puzzle-mask.ts';
import { mixPuzzle, type PuzzleDraw, puzzleMix } from './puzzle-mix.ts';

expect.extend(matchers);

const context = { epoch: 0, step: 0, fraction: 0 };
const plain: PuzzleDraw = {
  weight: 0.5,
  partners: [1, 0],
  blocks: 2,
  labels: 2,
  smoothness: 0,
  detail: 0,
  prior: 0,
  transport: 0,
};
/** Two images [1, 4, 4], in quarters of 2 by 2 pixels: 1 to 4, and 11 to 14. */
const quarters = (base: number) => Array.from({ length: 16 }, (_, at) => base + 2 * (at >> 3) + ((at >> 1) & 1));
const two = {
  ...exampleViewBatch([2, 1, 4, 4]),
  values: tensor(Float32Array.from([...quarters(1), ...quarters(11)]), [2, 1, 4, 4]),
};
/** One pixel of each quarter of an image. */
const shown = (of: ReturnType<typeof mixPuzzle>, i: number) => [0, 2, 8, 10].map((at) => values(of.values)[16 * i + at]);
/** A map [2, 4, 4] of what matters in each quarter. */
const mapOf = (...quarter: readonly number[]) =>
  tensor(
    Float32Array.from({ length: 32 }, (_, at) => quarter[4 * (at >> 4) + 2 * ((at >> 3) & 1) + ((at >> 1) & 1)]!),
    [2, 4, 4],
  );

obeysMixerLaws(puzzleMix(), exampleViewBatches());
obeysMixerLaws(puzzleMix({ transport: 0.8, labels: 2, partners: 'no-fixed' }), exampleViewBatches());

describe('a map of what matters', () => {
  const map = mapOf(4, 1, 1, 2, 2, 3, 1, 2);

  test('takes each quarter from where it matters more, the blend being the share of it', () => {
    const mixed = mixPuzzle(two, plain, map);
    // 4/8, 1/8, 1/8, 2/8 against 2/8, 3/8, 1/8, 2/8: ties at a weight of 0.5 go to the item
    expect(shown(mixed, 0)).toEqual([1, 12, 3, 4]);
    expect(shown(mixed, 1)).toEqual([1, 12, 13, 14]);
    expect(blendRows(mixed)).toEqual([
      [0.75, 0.25],
      [0.25, 0.75],
    ]);
  });

  test('moves what matters to where its image is shown, if moving costs little, and each quarter once', () => {
    const both = mapOf(5, 1, 1, 1, 6, 1, 1, 0); // the first quarter matters in both, and a little more in the second
    expect(shown(mixPuzzle(two, plain, both), 0)).toEqual([11, 2, 3, 4]);
    const moved = shown(mixPuzzle(two, { ...plain, transport: 1e-3 }, both), 0);
    expect(moved).toContain(1);
    expect(new Set(moved).size).toBe(4);
    expect(shown(mixPuzzle(two, { ...plain, transport: 1e3 }, both), 0)).toEqual([11, 2, 3, 4]);
  });
});

test('what matters of the partner moves to where the partner is shown', () => {
  // shown are the item at all quarters but the first; the last one matters most in the partner
  const map = mapOf(0, 3, 3, 4, 2.5, 2, 2, 3.5);
  expect(shown(mixPuzzle(two, plain, map), 0)).toEqual([11, 2, 3, 4]);
  expect(shown(mixPuzzle(two, { ...plain, transport: 1e-3 }, map), 0)).toEqual([14, 2, 3, 4]);
});

/** For each place the quarter that is shown there: of all orders the one that costs least, written out; undefined where several do. */
function bestOrder(saliency: ArrayLike<number>, mask: readonly number[], cost: number): number[] | undefined {
  const places = [0, 1, 2, 3];
  const orders = places.flatMap((a) => places.flatMap((b) => places.flatMap((c) => places.map((d) => [a, b, c, d]))));
  const costOf = (order: readonly number[]) =>
    order.reduce((sum, from, to) => {
      const far = ((from >> 1) - (to >> 1)) ** 2 + ((from & 1) - (to & 1)) ** 2;
      return sum + cost * far - saliency[from]! * mask[to]!;
    }, 0);
  const [best, next] = orders.filter((order) => new Set(order).size === 4).sort((a, b) => costOf(a) - costOf(b));
  return costOf(next!) - costOf(best!) > 1e-9 ? best : undefined;
}

test('quarters are moved as the best of all 24 orders says, cycles of three included', () => {
  const weighing = { ...plain, labels: 9, smoothness: 3, transport: 1e-3 };
  let [compared, cycles] = [0, 0];
  for (let seed = 0; seed < 200; seed++) {
    const random = createRandom(seed);
    const raw = Array.from({ length: 8 }, () => random.uniform(0, 1));
    const both = [raw.slice(0, 4), raw.slice(4)].map((map) =>
      Float64Array.from(map, (each) => each / (map[0]! + map[1]! + map[2]! + map[3]!)),
    );
    const mask = [...puzzleMask({ n: 2, saliency: [both[0]!, both[1]!], weight: 0.5, weighing })];
    const first = bestOrder(both[0]!, mask, 1e-3);
    const rest = mask.map((value) => 1 - value);
    const second = bestOrder(both[1]!, rest, 1e-3);
    if (first === undefined || second === undefined) continue;
    compared++;
    for (const order of [first, second]) cycles += Number(order.some((from, to) => order[from] !== to));
    const expected = mask.map((m, at) => m * (1 + first[at]!) + (1 - m) * (11 + second[at]!));
    expect(shown(mixPuzzle(two, weighing, mapOf(...raw)), 0)).toEqual(expected.map((value) => expect.closeTo(value, 4)));
  }
  expect(compared).toBeGreaterThan(20);
  expect(cycles).toBeGreaterThan(5); // only these tell the way from its reverse
});

test('a block is a share of the item and the rest of its partner, at its place, and the blend holds the mean', () => {
  for (let seed = 0; seed < 10; seed++) {
    const batch = exampleViewBatch([4, 3, 9, 7]);
    const part = puzzleMix({ partners: 'no-fixed', prior: 5 });
    const drawn = part.draw(batch, createRandom(seed), context)!;
    const mixed = part.apply(batch, drawn);
    drawn.partners.forEach((partner, i) => {
      let sum = 0;
      for (let y = 0; y < 9; y++)
        for (let x = 0; x < 7; x++) {
          const at = (of: number, c: number) => batch.values.get(of, c, y, x);
          const fits = [0, 0.5, 1].filter((m) =>
            [0, 1, 2].every((c) => Math.abs(m * at(i, c) + (1 - m) * at(partner, c) - mixed.values.get(i, c, y, x)) < 1e-6),
          );
          expect(fits).toHaveLength(1);
          sum += fits[0]!;
        }
      expect(blendRows(mixed)[i]![i]).toBeCloseTo(sum / 63, 6); // float32
    });
  }
});

test('without a map, what changes from pixel to pixel matters', () => {
  const flat = Array(16).fill(0.5);
  const busy = Array.from({ length: 16 }, (_, at) => (at % 4 >= 2 ? (at % 2) * 0.9 : 0.2));
  const batch = { ...two, values: tensor(Float32Array.from([...busy, ...flat]), [2, 1, 4, 4]) };
  const mixed = mixPuzzle(batch, plain);
  expect(unstack(mixed.values, 0).get(0, 0, 3)).toBe(batch.values.get(0, 0, 0, 3));
  expect(unstack(mixed.values, 0).get(0, 0, 0)).toBe(0.5);
});

test.each([
  [1, 0],
  [0, 1],
])('weight %d gives the items, or their partners, to the bit', (weight, from) => {
  const batch = exampleViewBatch([2, 3, 8, 8]);
  const mixed = mixPuzzle(batch, { ...plain, weight, smoothness: 1.2 });
  expect(unstack(mixed.values, 0)).toBeCloseToTensor(unstack(batch.values, from), { absolute: 0 });
  expect(blendRows(mixed)[0]![from]).toBe(1);
});

test('an item that meets itself stays as it is', () => {
  const batch = exampleViewBatch([1, 3, 8, 8]);
  const mixed = puzzleMix({ transport: 1 }).apply(batch, puzzleMix({ transport: 1 }).draw(batch, createRandom(1), context));
  expect(values(mixed.values)).toEqual(values(batch.values));
  expect(mixed.blend).toEqual({ kind: 'identity' });
});

test('there are 2, 4, 8 or 16 blocks along a side, each as likely', () => {
  const drawn = Array.from({ length: 400 }, (_, seed) => puzzleMix().draw(two, createRandom(seed), context)!.blocks);
  for (const blocks of [2, 4, 8, 16]) {
    expect(Math.abs(drawn.filter((each) => each === blocks).length - 100)).toBeLessThan(5 * Math.sqrt(400 * 0.25 * 0.75));
  }
});
