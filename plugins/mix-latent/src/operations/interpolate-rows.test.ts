import { features, type Tensor, values } from '@viewforge/tensor';
import { exampleFeatures, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { lerpRows, pullLerp, pullSlerp, slerpRows } from './interpolate-rows.ts';

const row = (...numbers: number[]) => features(Float64Array.from(numbers), 1, numbers.length);
const wide = (seed: number) => features(Float64Array.from(values(exampleFeatures(3, 4, seed))), 3, 4);

test('half way from (1, 0) to (0, 1) on the arc is (0.707107, 0.707107), and on the chord (0.5, 0.5)', () => {
  const arc = values(slerpRows(row(1, 0), row(0, 1), [0.5]).rows);
  expect([...arc].map((value) => value.toFixed(6))).toEqual(['0.707107', '0.707107']);
  expect([...values(lerpRows(row(1, 0), row(0, 1), [0.5]))]).toEqual([0.5, 0.5]);
});

test('t of 0 and 1 give the ends', () => {
  const [a, b] = [wide(1), wide(2)];
  for (const between of [lerpRows, (...given: Parameters<typeof slerpRows>) => slerpRows(...given).rows]) {
    expect(values(between(a, b, [0, 0, 0]))).toEqual(values(a));
    expect([...values(between(a, b, [1, 1, 1]))]).toEqual([...values(b)].map((value) => expect.closeTo(value, 12)));
  }
});

test('a quarter, a half and three quarters of an arc of unit rows lie at those angles', () => {
  for (const t of [0.25, 0.5, 0.75]) {
    const [x, y] = values(slerpRows(row(1, 0), row(Math.cos(2), Math.sin(2)), [t]).rows);
    expect([x, y]).toEqual([expect.closeTo(Math.cos(2 * t), 12), expect.closeTo(Math.sin(2 * t), 12)]);
  }
});

test('rows of one direction, and zero rows, lie on the chord; antipodal rows stay and are marked', () => {
  expect([...values(slerpRows(row(1, 0), row(3, 0), [0.5]).rows)]).toEqual([2, 0]);
  expect([...values(slerpRows(row(0, 0), row(3, 1), [0.5]).rows)]).toEqual([1.5, 0.5]);
  const opposite = slerpRows(row(1, 0), row(-2, 0), [0.5]);
  expect([...values(opposite.rows), ...opposite.antipodal]).toEqual([1, 0, 1]);
  expect([...slerpRows(row(1, 0), row(0, 1), [0.5]).antipodal]).toEqual([0]);
});

function errorOf(
  between: (a: Tensor, b: Tensor) => Tensor,
  a: Tensor,
  b: Tensor,
  found: (slopes: Tensor) => { a: Tensor; b: Tensor },
) {
  const slopes = features(Float64Array.from(values(exampleFeatures(a.shape[0]!, a.shape[1]!, 9))), a.shape[0]!, a.shape[1]!);
  const value = ([p, q]: readonly Tensor[]) => {
    let sum = 0;
    for (const [e, each] of values(between(p!, q!)).entries()) sum += each * values(slopes)[e]!;
    return sum;
  };
  const gradients = found(slopes);
  return gradientError(value, [a, b], [gradients.a, gradients.b]).worst;
}

test('gradients of both ends, through the angle as well', () => {
  const [a, b, t] = [wide(1), wide(2), [0.3, 0.9, 0]];
  expect(
    errorOf(
      (p, q) => lerpRows(p, q, t),
      a,
      b,
      (g) => pullLerp(g, t),
    ),
  ).toBeLessThan(1e-6);
  expect(
    errorOf(
      (p, q) => slerpRows(p, q, t).rows,
      a,
      b,
      (g) => pullSlerp(a, b, t, g),
    ),
  ).toBeLessThan(1e-6);
});

test('where there is no arc, gradients are those of what took its place', () => {
  const slopes = row(1, 2);
  const pulled = (a: Tensor, b: Tensor) => {
    const { a: toA, b: toB } = pullSlerp(a, b, [0.25], slopes);
    return [...values(toA), ...values(toB)];
  };
  expect(pulled(row(1, 0), row(3, 0))).toEqual([0.75, 1.5, 0.25, 0.5]);
  expect(pulled(row(0, 0), row(3, 0))).toEqual([0.75, 1.5, 0.25, 0.5]);
  expect(pulled(row(1, 0), row(-3, 0))).toEqual([1, 2, 0, 0]);
});

test('rows, shares and gradients that do not fit are refused', () => {
  const [two, three] = [features(new Float64Array(4), 2, 2), features(new Float64Array(6), 2, 3)];
  expect(() => lerpRows(two, three, [0, 0])).toThrow(
    'lerp-rows: expected two times rows of [n, d] and n shares, got [2,2], [2,3] and 2',
  );
  expect(() => slerpRows(two, two, [0])).toThrow('slerp-rows: expected two times rows');
  expect(() => pullLerp(two, [0])).toThrow('pull-lerp: expected two times rows');
  expect(() => pullSlerp(two, two, [0, 1], three)).toThrow('pull-slerp: expected a gradient of [2, 2], got [2,3]');
});
