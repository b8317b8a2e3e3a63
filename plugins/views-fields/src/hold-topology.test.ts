import { expect, test } from 'vitest';
import { holdTopology } from './hold-topology.ts';

/** Rows that move up by `slope` for each row: they fold where it is 1 or more. */
function squeezed(slope: number): Float32Array {
  return Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? -slope * Math.floor(i / 4) : 0));
}

test('a field without folds is taken at once', () => {
  const held = holdTopology(4, 4, () => squeezed(0.5));
  expect(held).toEqual({ field: squeezed(0.5), foldFraction: 0, halvings: 0, folded: false });
});

test('a field that folds is made again at half the strength, until it does not', () => {
  const asked: number[] = [];
  const held = holdTopology(4, 4, (halvings) => {
    asked.push(halvings);
    return squeezed(3 * 0.5 ** halvings);
  });
  expect(asked).toEqual([0, 1, 2]);
  expect(held).toEqual({ field: squeezed(0.75), foldFraction: 0, halvings: 2, folded: false });
});

test('after five halvings the last field is taken and marked', () => {
  let made = 0;
  const held = holdTopology(4, 4, () => {
    made++;
    return squeezed(2);
  });
  expect(made).toBe(6);
  expect(held).toMatchObject({ foldFraction: 1, halvings: 5, folded: true });
});

test('less than one pixel in a hundred may fold', () => {
  // the middle of 201 pixels jumps forward: only the one behind it folds
  const spike = new Float32Array(402);
  spike[201 + 100] = 3;
  expect(holdTopology(1, 201, () => spike)).toMatchObject({ foldFraction: 1 / 201, halvings: 0, folded: false });
  const denser = new Float32Array(202);
  denser[101 + 50] = 3;
  denser[101 + 20] = 3;
  expect(holdTopology(1, 101, () => denser)).toMatchObject({ foldFraction: 2 / 101, folded: true });
});
