import type { Encoder } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { features, tensor, values } from '@viewforge/tensor';
import { flattenEncoder, running } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { adaptTokens, drawTokenViews, type TokenNet, type TokenView, tokenNet } from './adapt-tokens.ts';

// codes on a line, so that what lies between two of them is a code as well
const codebook = features(
  Float32Array.from({ length: 32 }, (_, k) => k),
  32,
  1,
);
const grid = (...ids: number[]) => ({ ids: Int32Array.from(ids), n: 1, h: 2, w: ids.length / 2 });
const still: TokenView = { flip: false, degrees: 0, translate: [0, 0], shear: 0, box: { top: 0, left: 0, height: 2, width: 4 } };
const tokens = grid(1, 2, 3, 4, 5, 6, 7, 8);
const adapted = async (view: Partial<TokenView>, nets = {}) => [
  ...(await adaptTokens(tokens, codebook, { adapted: [0], views: [{ ...still, ...view }] }, running(), nets)).ids,
];
const cropped = async (view: Partial<TokenView>) => [
  ...(await adaptTokens(tokens, codebook, { adapted: [], views: [{ ...still, ...view }] }, running())).ids,
];

test('a view that alters nothing is the identity, adapted or not', async () => {
  expect(await adapted({})).toEqual([...tokens.ids]);
  expect(await cropped({})).toEqual([...tokens.ids]);
});

test('a flip mirrors, and half a turn turns over', async () => {
  expect(await adapted({ flip: true })).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  expect(await adapted({ degrees: 180 })).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

test('a move to the right brings in the mean, which is halfway between codes 4 and 5', async () => {
  const found = await adapted({ translate: [1, 0] });
  expect(found.filter((_, e) => e % 4 !== 0)).toEqual([1, 2, 3, 5, 6, 7]);
  expect([found[0], found[4]]).toEqual([4, 4]); // 4.5: the lower one of equals
});

test('a crop shows its box: as an image where adapted, by the nearest token where not', async () => {
  const box = { top: 0, left: 0, height: 2, width: 2 };
  expect(await cropped({ box })).toEqual([1, 1, 2, 2, 5, 5, 6, 6]);
  expect(await adapted({ box })).toEqual([1, 1, 2, 2, 5, 5, 6, 6]); // 1, 1.25, 1.75, 2
});

test('what is not adapted is neither flipped nor turned', async () => {
  expect(await cropped({ flip: true, degrees: 180, translate: [1, 1] })).toEqual([...tokens.ids]);
});

test('networks work before and after, on maps of their own size', async () => {
  const seen: number[][] = [];
  const twice: TokenNet = async (maps) => {
    seen.push([...maps.shape]);
    const [n, c, h, w] = maps.shape as [number, number, number, number];
    const from = values(maps);
    const wide = Float32Array.from(
      { length: n * c * h * 2 * w * 2 },
      (_, e) => from[Math.floor(e / (4 * w)) * w + (Math.floor(e / 2) % w)]!,
    );
    return tensor(wide, [n, c, 2 * h, 2 * w]);
  };
  const half: TokenNet = async (maps) => {
    seen.push([...maps.shape]);
    const [n, c, h, w] = maps.shape as [number, number, number, number];
    const from = values(maps);
    const small = Float32Array.from(
      { length: (n * c * h * w) / 4 },
      (_, e) => from[Math.floor(e / (w / 2)) * 2 * w + 2 * (e % (w / 2))]!,
    );
    return tensor(small, [n, c, h / 2, w / 2]);
  };
  expect(await adapted({ flip: true }, { convert: twice, invert: half })).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  expect(seen).toEqual([
    [1, 1, 2, 4],
    [1, 1, 4, 8],
  ]);
  await expect(adapted({}, { convert: twice })).rejects.toThrow('expected maps of 2 x 4 of "invert", got 4 x 8');
});

test('an encoder may be such a network', async () => {
  const net = tokenNet(flattenEncoder([1, 2, 4]), [1, 2, 4]);
  expect(await adapted({ flip: true }, { convert: net, invert: net })).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
  const wrong: Encoder = { ...flattenEncoder([1, 2, 4]), encode: async () => ({}) };
  await expect(adapted({}, { convert: tokenNet(wrong, [1, 2, 4]) })).rejects.toThrow(
    'expected features of [1,2,4], got [nothing]',
  );
});

test('half of the items are adapted, one alone is not, and views lie within their ranges', () => {
  const { adapted: chosen, views } = drawTokenViews(createRandom(1), { n: 101, h: 8, w: 6 });
  expect(chosen.length).toBe(50);
  for (const { degrees, shear, translate, box } of views) {
    expect([
      Math.abs(degrees) <= 30,
      Math.abs(shear) <= 15,
      Math.abs(translate[0]) <= 1.2,
      Math.abs(translate[1]) <= 1.6,
    ]).toEqual(Array(4).fill(true));
    expect(box.top + box.height).toBeLessThanOrEqual(8);
    expect(box.left + box.width).toBeLessThanOrEqual(6);
  }
  expect(new Set(views.map(({ degrees }) => degrees)).size).toBe(101);
  expect(drawTokenViews(createRandom(1), { n: 1, h: 8, w: 8 }).adapted).toEqual([]);
});

test('items that are adapted do not touch the others', async () => {
  const two = { ids: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), n: 2, h: 2, w: 4 };
  const found = await adaptTokens(two, codebook, { adapted: [1], views: [still, { ...still, flip: true }] }, running());
  expect([...found.ids]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 12, 11, 10, 9, 16, 15, 14, 13]);
});

test('another number of views, and ids that are no codes, are refused before anything is adapted', async () => {
  const [codes, given] = [features(Float32Array.of(0, 1), 2, 1), { ids: Int32Array.of(0, 2), n: 2, h: 1, w: 1 }];
  const drawn = { adapted: [], views: [] };
  await expect(adaptTokens(given, codes, drawn, running())).rejects.toThrow('adapt-tokens: expected ids of 2 codes, got 2');
  await expect(adaptTokens({ ...given, ids: Int32Array.of(0, 1) }, codes, drawn, running())).rejects.toThrow(
    'expected 2 views, got 0',
  );
});
