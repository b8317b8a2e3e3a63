import fc from 'fast-check';

/** d numbers, each exact in float32. */
export type Row = readonly number[];

/** `n` rows of `d` numbers; some are zero, equal or opposite to another of them, or a million times as long or short. */
export function anyRows(n: number, d: number): fc.Arbitrary<readonly Row[]> {
  const sizes = { minLength: n, maxLength: n };
  return fc
    .record({
      numbers: fc.array(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: d, maxLength: d }), sizes),
      sorts: fc.array(fc.constantFrom(...sorts), sizes),
    })
    .map(({ numbers, sorts: chosen }) => {
      const rows: Row[] = [];
      chosen.forEach((sort, i) => {
        const own = numbers[i]!.map((each) => each / 400);
        const before = rows[Math.abs(numbers[i]![0] ?? 0) % Math.max(1, i)] ?? own;
        rows.push(made(sort, own, before).map(Math.fround));
      });
      return rows;
    });
}

type Sort = 'plain' | 'zero' | 'equal' | 'opposite' | 'long' | 'short';
const sorts: readonly Sort[] = [...Array<Sort>(10).fill('plain'), 'zero', 'equal', 'opposite', 'long', 'short'];

function made(sort: Sort, own: Row, before: Row): Row {
  if (sort === 'zero') return own.map(() => 0);
  if (sort === 'equal') return before;
  if (sort === 'opposite') return before.map((each) => -each);
  const times = sort === 'long' ? 2 ** 20 : sort === 'short' ? 2 ** -20 : 1;
  return own.map((each) => each * times);
}

/** Numbers of an order, all of them once. */
export function anyOrder(n: number): fc.Arbitrary<number[]> {
  return fc.shuffledSubarray(
    Array.from({ length: n }, (_, i) => i),
    { minLength: n, maxLength: n },
  );
}
