import { type Features, features, values } from '@viewforge/tensor';
import { exampleFeatures, matchers, obeysBatchLossLaws, obeysOptionLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { koleo } from './koleo.ts';

expect.extend(matchers);
obeysOptionLaws(koleo);
obeysBatchLossLaws(koleo(), [
  { name: 'one view', batch: { views: [example(8, 0)] } },
  { name: 'two views', batch: { views: [example(8, 0), example(8, 1)] } },
  { name: 'more rows than are compared at a time', batch: { views: [example(37, 0)] } },
  { name: 'two rows', batch: { views: [example(2, 0)] } },
  { name: 'one row', batch: { views: [example(1, 0)] } },
  { name: 'equal rows', batch: { views: [rows([1, 2], [2, 4], [1, 0])] }, smooth: false },
  { name: 'opposite rows', batch: { views: [rows([1, 2], [-1, -2])] } },
  { name: 'zero rows', batch: { views: [rows([0, 0], [1, 2], [3, 1], [0, 0])] }, smooth: false },
]);

describe('values worked out by hand', () => {
  test('two rows at right angles: -ln sqrt(2), and no gradient where rotation cannot help', () => {
    const { value, parts } = koleo().measure({ views: [rows([3, 0], [0, 1])] });
    expect(value).toBeCloseTo(-Math.log(Math.SQRT2), 7);
    expect(parts['nearest']).toBeCloseTo(Math.SQRT2, 7);
  });

  test('each row and its nearest neighbor', () => {
    // angles 0, 60 and 180 degrees: chords 1, 1 and sqrt(3)
    const { perQuery } = koleo().measure({ views: [rows([1, 0], [0.5, Math.sqrt(0.75)], [-1, 0])] });
    expect(perQuery).toBeCloseToTensor([0, 0, -Math.log(Math.sqrt(3))], 1e-7); // 1e-8 is added to each difference
  });

  test('rows that coincide are as crowded as can be, and have no gradient', () => {
    // of two, what each says of the other would cancel
    const { value, gradients } = koleo().differentiate({ views: [rows([1, 2], [2, 4], [4, 8])] });
    expect(value).toBeCloseTo(-Math.log(1e-8 * (1 + Math.SQRT2)), 7);
    expect([...values(gradients.views![0]!)].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('one row alone has no neighbor', () => {
    const { value, parts, gradients } = koleo().differentiate({ views: [rows([1, 2])] });
    expect([value, parts['nearest']]).toEqual([0, Number.NaN]);
    expect([...values(gradients.views![0]!)]).toEqual([0, 0]);
  });

  test('a neighbor feels the push of those it is nearest to', () => {
    // rows 0 and 2 both lie nearest to row 1, whose nearest is row 0
    const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const { gradients } = koleo().differentiate({ views: [rows(at(0), at(10), at(30))] });
    // of ln(2 sin(a / 2)) by a: cot(a / 2) / 2; row 1 is pushed from row 0 twice, and from row 2 once
    const push = (degrees: number) => 0.5 / Math.tan((degrees * Math.PI) / 360) / 3;
    const slope = [0, 1, 2].map((row) => {
      const [x, y] = at([0, 10, 30][row]!);
      return -y! * gradients.views![0]!.get(row, 0) + x! * gradients.views![0]!.get(row, 1);
    });
    expect(slope).toBeCloseToTensor([2 * push(10), push(20) - 2 * push(10), -push(20)], 1e-6);
  });
});

test('of several nearest rows the first is taken', () => {
  const { gradients } = koleo().differentiate({ views: [rows([1, 0], [0, 1], [0, -1])] });
  // row 0 takes row 1, rows 1 and 2 take row 0: row 0 is pushed from row 1 twice, from row 2 once
  expect(gradients.views![0]!.get(0, 1)).toBeGreaterThan(0.1);
});

test.each([1e-6, 1e6])('rows %d times as long: the value stays, the gradient is as much shorter', (scale) => {
  const [plain, scaled] = [example(8, 0), example(8, 0, scale)].map((each) => koleo().differentiate({ views: [each] }));
  expect(scaled!.value).toBeCloseTo(plain!.value, 10);
  expect(values(scaled!.gradients.views![0]!).map((each) => each * scale)).toBeCloseToTensor(
    values(plain!.gradients.views![0]!),
    1e-10,
  );
});

test('the mean over views', () => {
  const [a, b] = [example(8, 0), example(8, 1)];
  const [one, other] = [a, b].map((each) => koleo().measure({ views: [each] }).value);
  expect(koleo().measure({ views: [a, b] }).value).toBeCloseTo((one! + other!) / 2, 12);
});

test('errors name what is wrong', () => {
  expect(() => koleo().measure({ views: [] })).toThrow('koleo: expected at least 1 view, got 0');
  expect(() => koleo().measure({ views: [rows([1], [Number.NaN])] })).toThrow('row 1 of view 0, got NaN');
});

test('rows that epsilon alone keeps apart have a distance of 0 and no gradient, not NaN', () => {
  const { value, gradients } = koleo({ epsilon: 1 }).differentiate({ views: [rows([-0.0025], [0], [0])] });
  expect(Number.isFinite(value)).toBe(true);
  expect([...values(gradients.views![0]!)].every(Number.isFinite)).toBe(true);
});

function rows(...each: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(each.flat()), each.length, each[0]!.length);
}

function example(n: number, seed: number, scale = 1): Features {
  return features(
    Float64Array.from(values(exampleFeatures(n, 4, seed)), (each) => scale * each),
    n,
    4,
  );
}
