import { createRandom } from '@viewforge/random';
import { copy, type Image, image, values } from '@viewforge/tensor';
import { exampleImages, obeysTransformLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import type { Json } from '../contracts/json.ts';
import type { Augmenter } from '../contracts/transform.ts';
import { oneOf } from './one-of.ts';
import { sequence } from './sequence.ts';
import { someOf } from './some-of.ts';
import { sometimes } from './sometimes.ts';

type Adding = Augmenter<'image', 'image', number>;

/** Adds what it drew; draws `draws` numbers and keeps the last. */
const adding = (low = 0, high = 1, draws = 1): Adding => ({
  kind: 'augmenter',
  name: `adding-${low}`,
  version: 1,
  accepts: 'image',
  returns: 'image',
  draw(_shape, random) {
    for (let i = 1; i < draws; i++) random.uniform(low, high);
    return random.uniform(low, high);
  },
  reshape: (shape) => shape,
  apply(input, amount) {
    const result = copy(input);
    values(result).forEach((value, i) => {
      values(result)[i] = value + amount;
    });
    return result;
  },
});
/** Keeps the first rows: half of them, but at least one. */
const halving: Augmenter<'image', 'image', null> = {
  kind: 'augmenter',
  name: 'halving',
  version: 1,
  accepts: 'image',
  returns: 'image',
  draw: () => null,
  reshape: ([c, h, w]) => [c!, Math.ceil(h! / 2), w!],
  apply: (input) => copy(input.hi(input.shape[0]!, Math.ceil(input.shape[1]! / 2))),
};
const start = { epoch: 0, fraction: 0 };
const pixel = (value: number): Image => image(Float32Array.of(value), 1, 1, 1);
const draw = <P extends Json>(part: Augmenter<'image', 'image', P>, seed = 1) => part.draw([1, 1, 1], createRandom(seed), start);

obeysTransformLaws(sequence(adding(), sometimes(0.5, adding(1, 2)), halving), exampleImages());
obeysTransformLaws(sometimes(0.5, halving), exampleImages());
obeysTransformLaws(oneOf([adding(), halving], [1, 3]), exampleImages());
obeysTransformLaws(someOf([0, 3], [adding(), halving, adding(1, 2)]), exampleImages());
obeysTransformLaws(sequence(oneOf([sometimes(0.3, adding()), someOf([1, 1], [halving])]), halving), exampleImages());

describe('a stream for each part, by position', () => {
  test('more draws in one part of a sequence move no other part', () => {
    const before = draw(sequence(adding(), adding(), adding()));
    const after = draw(sequence(adding(), adding(0, 1, 5), adding()));
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
    expect(after[1]).not.toEqual(before[1]);
  });

  test('a part added at the end of a sequence moves none before it', () => {
    expect(draw(sequence(adding(), adding(), adding())).slice(0, 2)).toEqual(draw(sequence(adding(), adding())));
  });

  test('the same part twice draws twice', () => {
    const [first, second] = draw(sequence(adding(), adding()));
    expect(first).not.toEqual(second);
  });

  test('the probability of sometimes moves no draw of its part', () => {
    const certain = draw(sometimes(1, adding()));
    for (let seed = 0; seed < 20; seed++) {
      const drawn = draw(sometimes(0.5, adding()), seed);
      if (drawn !== null) expect(drawn).toEqual(draw(sometimes(1, adding()), seed));
    }
    expect(certain).toEqual([draw(sequence(adding()))[0]]);
  });

  test('the weights of oneOf move no draw of the part that is chosen', () => {
    const parts = [adding(0, 1), adding(2, 3)];
    for (let seed = 0; seed < 20; seed++) {
      const plain = draw(oneOf(parts), seed);
      const weighted = draw(oneOf(parts, [1, 9]), seed);
      if (plain.chosen === weighted.chosen) expect(weighted.params).toBe(plain.params);
    }
  });

  test('how many parts someOf takes moves no draw of a part it takes', () => {
    const parts = [adding(0, 1), adding(2, 3), adding(4, 5)];
    const all = new Map(draw(someOf([3, 3], parts)).map(({ chosen, params }) => [chosen, params]));
    for (const { chosen, params } of draw(someOf([2, 2], parts))) expect(params).toBe(all.get(chosen));
  });
});

describe('what is applied', () => {
  test('a sequence applies in order, and shapes pass through it', () => {
    const part = sequence(adding(1, 1), halving, adding(2, 2));
    const params = part.draw([1, 4, 1], createRandom(1), start);
    const result = part.apply(image(Float32Array.of(0, 10, 20, 30), 1, 4, 1), params);
    expect([...values(result)]).toEqual([3, 13]);
    expect([...part.reshape([1, 4, 1], params)]).toEqual([1, 2, 1]);
  });

  test('a later part draws from the shape that the earlier ones leave', () => {
    const seen: (readonly number[])[] = [];
    const looking: Adding = {
      ...adding(),
      draw(shape) {
        seen.push(shape);
        return 0;
      },
    };
    sequence(halving, halving, looking).draw([3, 8, 2], createRandom(1), start);
    someOf([3, 3], [halving, halving, looking]).draw([3, 8, 2], createRandom(1), start);
    expect(seen[0]).toEqual([3, 2, 2]);
    expect([2, 4, 8]).toContain(seen[1]![1]);
  });

  test.each([
    [0, 0],
    [1, 1],
  ])('sometimes with probability %d does it in a share of %d', (p, share) => {
    const seeds = Array.from({ length: 50 }, (_, seed) => draw(sometimes(p, adding()), seed));
    expect(seeds.filter((params) => params !== null).length / seeds.length).toBe(share);
  });

  test('sometimes does it about as often as it says', () => {
    const count = 2000;
    const done = Array.from({ length: count }, (_, seed) => draw(sometimes(0.3, adding()), seed)).filter(
      (params) => params !== null,
    );
    expect(Math.abs(done.length / count - 0.3)).toBeLessThan(5 * Math.sqrt((0.3 * 0.7) / count));
  });

  test('sometimes left out gives the very input back', () => {
    const input = pixel(0.5);
    expect(sometimes(0, adding()).apply(input, null)).toBe(input);
  });

  test('oneOf applies only the part that was chosen', () => {
    const part = oneOf([adding(1, 1), adding(2, 2)]);
    expect(part.apply(pixel(0), { chosen: 1, params: 2 }).data[0]).toBe(2);
  });

  test('oneOf chooses by weight, and never a part of weight 0', () => {
    const count = 2000;
    const part = oneOf([adding(), adding(), adding()], [1, 0, 3]);
    const chosen = Array.from({ length: count }, (_, seed) => draw(part, seed).chosen);
    expect(chosen.filter((each) => each === 1)).toEqual([]);
    const share = chosen.filter((each) => each === 2).length / count;
    expect(Math.abs(share - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / count));
  });

  test('someOf takes different parts, in any order, as many as drawn', () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const chosen = draw(someOf([0, 3], [adding(), adding(), adding()]), seed).map((each) => each.chosen);
      expect(new Set(chosen).size).toBe(chosen.length);
      orders.add(chosen.join());
    }
    expect(orders.size).toBe(1 + 3 + 6 + 6); // none, one, two or all of three, in every order
  });
});

describe('what is refused', () => {
  const toFeatures = { ...adding(), name: 'to-features', returns: 'features' } as unknown as Adding;
  test.each([
    ['a sequence of nothing', () => (sequence as () => unknown)(), 'PLAN', 'sequence: expected at least one augmenter, got none'],
    ['a choice of nothing', () => oneOf([]), 'PLAN', 'one-of: expected at least one augmenter, got none'],
    [
      'a sequence whose parts do not fit',
      () => sequence(toFeatures, adding()),
      'DOMAIN',
      'sequence: "to-features" gives features, but "adding-0" expects image',
    ],
    [
      'leaving out what changes the domain',
      () => sometimes(0.5, toFeatures),
      'DOMAIN',
      'sometimes: expected augmenters from image to image, got "to-features" from image to features',
    ],
    ['a probability above 1', () => sometimes(1.5, adding()), 'OPTION', 'sometimes: expected a probability in [0, 1], got 1.5'],
    [
      'a probability that is no number',
      () => sometimes(Number.NaN, adding()),
      'OPTION',
      'sometimes: expected a probability in [0, 1], got NaN',
    ],
    [
      'too few weights',
      () => oneOf([adding(), adding()], [1]),
      'OPTION',
      'one-of: expected 2 weights >= 0 with a positive sum, got [1]',
    ],
    ['weights of zero', () => oneOf([adding()], [0]), 'OPTION', 'one-of: expected 1 weights >= 0 with a positive sum, got [0]'],
    [
      'a negative weight',
      () => oneOf([adding(), adding()], [2, -1]),
      'OPTION',
      'one-of: expected 2 weights >= 0 with a positive sum, got [2,-1]',
    ],
    [
      'more parts than there are',
      () => someOf([1, 2], [adding()]),
      'OPTION',
      'some-of: expected whole counts 0 <= low <= high <= 1, got [1, 2]',
    ],
    [
      'half a part',
      () => someOf([0.5, 1], [adding()]),
      'OPTION',
      'some-of: expected whole counts 0 <= low <= high <= 1, got [0.5, 1]',
    ],
  ])('%s', (_, make, code, message) => {
    expect(make).toThrow(expect.objectContaining({ code, message }));
  });
});
