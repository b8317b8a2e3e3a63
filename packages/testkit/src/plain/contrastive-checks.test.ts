import { expect, test } from 'vitest';
import { brokenLaws } from '../law.ts';
import { contrastiveChecks, obeysContrastiveChecks, type PlainLossMaker } from './contrastive-checks.ts';
import { type PlainBatch, referenceInfoNce, referenceNtXent, referenceTwoSided } from './reference-info-nce.ts';
import type { PlainRows } from './rows.ts';

const own: PlainLossMaker = (temperature) => (queries, keys) => referenceInfoNce({ queries, keys }, { temperature });
const masked = (temperature: number) => (queries: PlainRows, keys: PlainRows, visible: PlainBatch['visible']) =>
  referenceInfoNce({ queries, keys, ...(visible && { visible }) }, { temperature });

obeysContrastiveChecks('the definition of InfoNCE', own, { masked });
obeysContrastiveChecks('the definition of NT-Xent', (temperature) => (a, b) => referenceNtXent(a, b, { temperature }), {
  form: 'nt-xent',
});
obeysContrastiveChecks(
  'the definition of both directions',
  (temperature) => (a, b) => referenceTwoSided(a, b, { temperature }).value,
  {
    form: 'two-sided',
  },
);
obeysContrastiveChecks(
  'InfoNCE of rows that are of length 1 already',
  (temperature) => (queries, keys) => referenceInfoNce({ queries, keys }, { temperature, normalize: false }),
  { normalizes: false },
);

const unstable: PlainLossMaker = (temperature) => (queries, keys) => {
  const value = queries.reduce((sum, query, i) => {
    const [a, ...others] = [i, ...keys.keys()].map((j) => Math.exp(cosine(query, keys[j]!) / temperature));
    return sum - Math.log(a! / others.reduce((total, each) => total + each, 0));
  }, 0);
  return value / queries.length;
};

test.each<readonly [string, PlainLossMaker, readonly RegExp[]]>([
  [
    'whose positive is the next key',
    (t) => (q, k) =>
      referenceInfoNce({ queries: q, keys: k, positives: q.map((_, i) => (i + 1) % q.length) }, { temperature: t }),
    [/orthogonal/, /definition/],
  ],
  [
    'that forgets to normalize',
    (t) => (q, k) => referenceInfoNce({ queries: q, keys: k }, { temperature: t, normalize: false }),
    [/length of rows/, /definition/],
  ],
  [
    'with a gradient that is off',
    (t) => (q, k) => {
      const { value, queries } = referenceInfoNce({ queries: q, keys: k }, { temperature: t });
      return { value, queries: queries.map((row) => row.map((each) => each * 1.01)) };
    },
    [/gradients/],
  ],
  [
    'that multiplies by the temperature',
    (t) => (q, k) => t * referenceInfoNce({ queries: q, keys: k }, { temperature: t }).value,
    [/orthogonal/, /high temperature/],
  ],
  ['without the maximum taken off', unstable, [/low temperature/]],
  [
    'that depends on the order',
    (t) => (q, k) => referenceInfoNce({ queries: q, keys: k }, { temperature: t }).value + q[0]![0]! * 1e-3,
    [/order of the pairs/],
  ],
])('a loss %s is found', async (_, make, names) => {
  const broken = await brokenLaws(contrastiveChecks(make));
  for (const name of names)
    expect(
      broken.some((each) => name.test(each)),
      `${name} among ${broken.join('; ')}`,
    ).toBe(true);
});

test('a loss that ignores its mask is found', async () => {
  const broken = await brokenLaws(
    contrastiveChecks(own, { masked: (t) => (queries, keys) => referenceInfoNce({ queries, keys }, { temperature: t }) }),
  );
  expect(broken).toEqual(['a key that is masked out is no negative']);
});

function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, each, i) => sum + each * y[i]!, 0);
  return dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
}
