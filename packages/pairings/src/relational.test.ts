import type { EncodedViews } from '@viewforge/core';
import { infoNce } from '@viewforge/losses';
import { type Features, features, type Tensor, unitRows, values } from '@viewforge/tensor';
import { exampleEncodedViews, obeysPairingLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { relational } from './relational.ts';

const progress = { epoch: 0, step: 0, fraction: 0 };

obeysPairingLaws(relational({ capacity: 8 }), undefined, ['queries']);
obeysPairingLaws(relational({ capacity: 7, startRandom: false }), undefined, ['queries']);

test('targets are the softmax of the cosines of the teacher to the queue', () => {
  const part = relational({ capacity: 2, startRandom: false, temperature: 1 });
  const { state } = part.pair(viewsOf(rows(1, 1, 1, 1), rows(3, 0, 0, 2)), part.start(), progress);
  const students = rows(0, 1, 0, 1);
  const { batch } = part.pair(viewsOf(students, rows(5, 0, 1, 1)), state, progress);
  // cosines 1 and 0: e / (e + 1); and twice the square root of a half
  expect(dense(batch.targets)).toEqual([0.731059, 0.268941, 0.5, 0.5]);
  expect(batch.queries).toBe(students);
  expect(batch.keys.map((block) => [...values(block)])).toEqual([[1, 0, 0, 1]]);
});

test('a sharper teacher is surer', () => {
  const sharp = relational({ capacity: 2, startRandom: false, temperature: 0.1 });
  const { state } = sharp.pair(viewsOf(rows(1, 1, 1, 1), rows(3, 0, 0, 2)), sharp.start(), progress);
  const { batch } = sharp.pair(viewsOf(rows(1, 1), rows(1, 0)), state, progress);
  expect(dense(batch.targets)).toEqual([0.999955, 0.000045]); // 1 / (1 + e^-10)
});

test('a student like its teacher, at its temperature, has the entropy of the targets as loss', () => {
  const part = relational({ capacity: 6, temperature: 0.5 });
  const [view] = exampleEncodedViews({ items: 3 }).views['view']!;
  const { batch } = part.pair(viewsOf(view!.features, view!.features), part.start(), progress);
  const { value, gradients } = infoNce({ temperature: 0.5 }).differentiate(batch);
  const shares = [...values((batch.targets as { values: Tensor }).values)];
  const entropy = shares.reduce((sum, share) => sum - share * Math.log(share), 0) / 3;
  expect(value).toBeCloseTo(entropy, 12);
  for (const each of values(gradients.queries!)) expect(each).toBeCloseTo(0, 12);
});

test('teachers enter the queue after the batch has met it', () => {
  const part = relational({ capacity: 4 });
  const encoded = exampleEncodedViews({ items: 2 });
  const { batch, state } = part.pair(encoded, part.start(), progress);
  const teachers = [...values(unitRows(encoded.views['view']![1]!.features).rows)];
  expect([...values(batch.keys[0]!).subarray(0, 8)]).not.toEqual(teachers);
  expect([...state.chunks[0]!.rows.subarray(0, 8)]).toEqual(teachers);
});

test('the first batch without random rows has no loss', () => {
  const part = relational({ capacity: 4, startRandom: false });
  const { batch } = part.pair(exampleEncodedViews({ items: 3 }), part.start(), progress);
  expect(infoNce().measure(batch).value).toBe(0);
});

test('the queue is frozen: losses leave its gradient out', () => {
  const part = relational({ capacity: 1030 });
  const { batch } = part.pair(exampleEncodedViews({ items: 2 }), part.start(), progress);
  expect(batch.frozen).toEqual([true, true]);
  expect(infoNce().differentiate(batch).gradients.keys).toEqual([undefined, undefined]);
});

test('teachers may be another role', () => {
  const encoded = exampleEncodedViews({ items: 2 });
  const momentum = exampleEncodedViews({ items: 2, seed: 3 }).views['view']!;
  const part = relational({ capacity: 4, teacherRole: 'momentum', teacherView: 0 });
  const { state } = part.pair({ ...encoded, views: { ...encoded.views, momentum } }, part.start(), progress);
  expect([...state.chunks[0]!.rows.subarray(0, 8)]).toEqual([...values(unitRows(momentum[0]!.features).rows)]);
});

function rows(...numbers: number[]): Features {
  return features(Float64Array.from(numbers), numbers.length / 2, 2);
}

function viewsOf(first: Features, second: Features): EncodedViews {
  return {
    items: Array.from({ length: first.shape[0]! }, (_, i) => ({ id: `${i}` })),
    views: { view: [first, second].map((each) => ({ features: each, blend: { kind: 'identity' } })) },
  };
}

function dense(targets: unknown): number[] {
  return [...values((targets as { values: Tensor }).values)].map((each) => Number(each.toFixed(6)));
}
