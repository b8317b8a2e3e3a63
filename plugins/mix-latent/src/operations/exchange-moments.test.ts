import { tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, gradientError } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { exchangeMoments, type MomentExchange, momentKinds, pullExchanged } from './exchange-moments.ts';

const plain: MomentExchange = { partners: [1, 0], moments: 'position', groups: 1, epsilon: 1e-5, smallest: 0 };

/** The definition, number by number: the moments of all elements that `same` puts together with this one. */
function slow(
  from: ArrayLike<number>,
  shape: [number, number, number],
  { partners, moments, groups, epsilon }: MomentExchange,
): number[] {
  const [n, c, m] = shape;
  const at = (i: number, channel: number, position: number) => from[(i * c + channel) * m + position]!;
  const momentsAt = (i: number, channel: number, position: number) => {
    const members: number[] = [];
    for (let k = 0; k < c; k++)
      for (let p = 0; p < m; p++) {
        const together = {
          position: p === position,
          channel: k === channel,
          layer: true,
          group: Math.floor(k / (c / groups)) === Math.floor(channel / (c / groups)),
        };
        if (together[moments]) members.push(at(i, k, p));
      }
    const mean = members.reduce((sum, value) => sum + value, 0) / members.length;
    const square = members.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt((members.length > 1 ? square / (members.length - 1) : 0) + epsilon) };
  };
  const result: number[] = [];
  for (let i = 0; i < n; i++)
    for (let k = 0; k < c; k++)
      for (let p = 0; p < m; p++) {
        const [own, other] = [momentsAt(i, k, p), momentsAt(partners[i]!, k, p)];
        result.push((other.deviation * (at(i, k, p) - own.mean)) / own.deviation + other.mean);
      }
  return result;
}

test('channels 1 and 3 with the moments of 2 and 10', () => {
  const given = tensor(Float64Array.of(1, 3, 2, 10), [2, 2]);
  const found = values(exchangeMoments(given, { n: 2, c: 2, m: 1 }, plain));
  expect([...found.subarray(0, 2)].map((value) => value.toFixed(6))).toEqual(['2.000009', '9.999991']);
});

test.each(momentKinds)('is what the definition gives, element by element (%s)', (moments) => {
  const batch = exampleViewBatch([3, 4, 2, 3]).values;
  const exchange = { ...plain, partners: [2, 0, 1], moments, groups: 2 };
  const found = [...values(exchangeMoments(batch, { n: 3, c: 4, m: 6 }, exchange))];
  expect(found).toEqual(slow(values(batch), [3, 4, 6], exchange).map((value) => expect.closeTo(value, 5))); // float32 result
});

test('exchanged twice, a row is itself again, but for epsilon', () => {
  const batch = exampleViewBatch([2, 5, 3, 3]).values;
  const [shape, exchange] = [
    { n: 2, c: 5, m: 9 },
    { ...plain, epsilon: 0, smallest: 1e-6 },
  ];
  const styled = values(exchangeMoments(batch, shape, exchange)).subarray(0, 45);
  const joined = tensor(Float64Array.of(...styled, ...values(batch).subarray(0, 45)), [2, 5, 3, 3]);
  const back = values(exchangeMoments(joined, shape, exchange)).subarray(0, 45);
  expect([...back]).toEqual([...values(batch).subarray(0, 45)].map((value) => expect.closeTo(value, 5))); // float32
});

test('a row that is its own partner stays, to the bit', () => {
  const batch = exampleViewBatch([2, 3, 2, 2]).values;
  const found = exchangeMoments(batch, { n: 2, c: 3, m: 4 }, { ...plain, partners: [0, 1] });
  expect(values(found)).toEqual(values(batch));
});

test('a single channel becomes the mean of the partner', () => {
  const given = tensor(Float64Array.of(1, 5, 7, 9), [2, 1, 2]);
  expect([...values(exchangeMoments(given, { n: 2, c: 1, m: 2 }, plain))]).toEqual([7, 9, 1, 5]);
});

test('groups that do not divide the channels are refused', () => {
  const given = tensor(new Float64Array(6), [2, 3]);
  expect(() => exchangeMoments(given, { n: 2, c: 3, m: 1 }, { ...plain, moments: 'group', groups: 2 })).toThrow(
    'expected channels that 2 groups divide, got 3',
  );
});

test.each(momentKinds)('gradients flow to both rows and through all moments (%s)', (moments) => {
  const batch = tensor(Float64Array.from(values(exampleViewBatch([3, 4, 3]).values)), [3, 4, 3]);
  const slopes = tensor(Float64Array.from(values(exampleViewBatch([3, 4, 3, 1]).values)), [3, 4, 3]);
  const shape = { n: 3, c: 4, m: 3 };
  for (const partners of [
    [2, 0, 1],
    [1, 1, 1],
    [0, 2, 1],
  ]) {
    const exchange = { ...plain, partners, moments, groups: 2 };
    const value = (rows: readonly { readonly data: ArrayLike<number> }[]) => {
      const found = [...values(exchangeMoments(rows[0] as typeof batch, shape, exchange))];
      return found.reduce((sum, each, e) => sum + each * values(slopes)[e]!, 0);
    };
    const error = gradientError(value, [batch], [pullExchanged(batch, shape, exchange, slopes)]);
    expect(error.worst, `partners ${partners}`).toBeLessThan(1e-6);
    expect(error.scale).toBeGreaterThan(0.1);
  }
});

test('partners that are not there, or of another number, are refused', () => {
  const given = tensor(new Float64Array(4), [2, 2]);
  for (const partners of [[1], [1, 2], [0.5, 1]])
    expect(() => exchangeMoments(given, { n: 2, c: 2, m: 1 }, { ...plain, partners })).toThrow('expected 2 partners from 0 to 1');
});
