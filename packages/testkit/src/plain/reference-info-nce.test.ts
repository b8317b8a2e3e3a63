import { pairs } from '@viewforge/core';
import { infoNce, ntXent, twoSidedInfoNce } from '@viewforge/losses';
import { bothWays } from '@viewforge/pairings';
import { type Features, features, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { referenceInfoNce, referenceNtXent, referenceTwoSided } from './reference-info-nce.ts';
import { type PlainRows, plainGradient, plainRows } from './rows.ts';

const [queries, keys] = [plainRows(5, 4, 1), plainRows(5, 4, 2)];
const options = { temperature: 0.3 };

test('gradients of the definition are those of central differences', () => {
  const found = referenceInfoNce({ queries, keys }, options);
  const numeric = plainGradient((rows) => referenceInfoNce({ queries: rows, keys }, options).value, queries);
  // central differences with a step of 1e-5
  for (const [i, each] of numeric.flat().entries()) expect(found.queries.flat()[i]).toBeCloseTo(each, 8);
});

test('the losses of this project say what the definitions say, and the other way around', () => {
  const batch = pairs(wide(queries), wide(keys));
  const one = infoNce(options).differentiate(batch);
  const wanted = referenceInfoNce({ queries, keys }, options);
  expect(one.value).toBeCloseTo(wanted.value, 13);
  for (const [i, each] of wanted.keys.flat().entries()) expect(values(one.gradients.keys![0]!)[i]).toBeCloseTo(each, 13);
  expect(twoSidedInfoNce(options).measure(batch).value).toBeCloseTo(referenceTwoSided(queries, keys, options).value, 13);
  const encoded = {
    items: queries.map((_, i) => ({ id: `${i}` })),
    views: { view: [queries, keys].map((rows) => ({ features: wide(rows), blend: { kind: 'identity' } as const })) },
  };
  const both = bothWays().pair(encoded, null, { epoch: 0, step: 0, fraction: 0 });
  expect(ntXent(options).measure(both.batch).value).toBeCloseTo(referenceNtXent(queries, keys, options).value, 13);
});

function wide(rows: PlainRows): Features {
  return features(Float64Array.from(rows.flat()), rows.length, rows[0]!.length);
}
