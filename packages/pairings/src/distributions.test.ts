import type { EncodedView, EncodedViews } from '@viewforge/core';
import { consistency, dino } from '@viewforge/losses';
import { type Features, features, tensor, values } from '@viewforge/tensor';
import { exampleEncodedViews, gradientError, matchers, obeysBatchPairingLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { distributions, movedCenter } from './distributions.ts';

expect.extend(matchers);

const start = { epoch: 0, step: 0, fraction: 0 };
const of = (seed: number, views: number): readonly EncodedView[] => exampleEncodedViews({ items: 3, views, seed }).views['view']!;
const crops: EncodedViews = {
  ...exampleEncodedViews({ items: 3 }),
  views: { global: of(0, 2), teacher: of(1, 2), local: of(2, 3) },
};
const distillation = distributions({ teacher: 'teacher', centered: true });

obeysBatchPairingLaws(distributions(), { flows: ['students'] });
obeysBatchPairingLaws(distillation, { examples: [crops], flows: ['students'] });

test('students are the views of the first role, then all others but the teacher', () => {
  const { batch } = distillation.pair(crops, distillation.start(), start);
  const views = [...crops.views['global']!, ...crops.views['local']!];
  expect(batch.students).toEqual(views.map((view) => view.features));
  expect(batch.teachers).toEqual(crops.views['teacher']!.map((view) => view.features));
  expect(batch.taughtBy).toBe('others');
  const named = distributions({ role: 'local', local: 'global' }).pair(crops, { center: null }, start).batch;
  expect(named.students).toEqual([...crops.views['local']!, ...crops.views['global']!].map((view) => view.features));
  expect(named.teachers).toEqual([]);
});

test('the gradient of a loss reaches the students, and no teacher', () => {
  const { batch, pullback } = distillation.pair(crops, { center: Float64Array.of(0.1, 0, -0.1, 0.2) }, start);
  const loss = dino({ studentTemperature: 0.5, teacherTemperature: 0.3 });
  const pulled = pullback(loss.differentiate(batch).gradients);
  const value = (students: readonly Features[]) => loss.measure({ ...batch, students }).value;
  const { worst } = gradientError(value, batch.students, [...pulled['global']!, ...pulled['local']!]);
  expect(worst).toBeLessThan(1e-8);
  expect(pulled['teacher']!.every((each) => values(each).every((slope) => slope === 0))).toBe(true);
});

test('an altered and a plain view of one encoder make a batch for consistency', () => {
  const { batch } = distributions({ teacher: 'global', role: 'local', taughtBy: 'all' }).pair(
    { ...crops, views: { global: [of(0, 1)[0]!], local: [of(2, 1)[0]!] } },
    { center: null },
    start,
  );
  expect([batch.students.length, batch.teachers.length]).toEqual([1, 1]);
  expect(consistency({ threshold: 0 }).measure(batch).value).toBeGreaterThan(0);
});

describe('center', () => {
  test('a tenth of the mean of all teachers comes in with every batch', () => {
    const moved = movedCenter(Float64Array.of(0.1, 0, 0), [rows([1, 0, -1]), rows([0.5, 0.5, 0])], 0.9);
    expect(moved).toBeCloseToTensor([0.165, 0.025, -0.05], 1e-15);
  });

  test('the batch has that of the batch before, zeros at first', () => {
    const first = distillation.pair(crops, distillation.start(), start);
    expect([...values(first.batch.center!)]).toEqual([0, 0, 0, 0]);
    const second = distillation.pair(crops, first.state, start);
    expect([...values(second.batch.center!)]).toEqual([...first.state.center!]);
    expect([...second.state.center!]).toBeCloseToTensor(
      first.state.center!.map((each) => each * 1.9),
      1e-15,
    );
  });

  test('without a teacher there is nothing that it could follow', () => {
    const kept = { center: Float64Array.of(1, 2, 3, 4) };
    const alone = distributions({ centered: true });
    expect(alone.pair(crops, kept, start).state).toBe(kept);
    expect(alone.pair(crops, alone.start(), start).state).toEqual({ center: null });
  });

  test('none is kept where none is asked for', () => {
    const { batch, state } = distributions({ teacher: 'teacher' }).pair(crops, { center: null }, start);
    expect(['center' in batch, state.center]).toEqual([false, null]);
  });

  test('another width, and scores that are no numbers, are refused', () => {
    expect(() => distillation.pair(crops, { center: new Float64Array(7) }, start)).toThrow(
      'expected a center of [4], got [7]; start anew',
    );
    expect(() => movedCenter(new Float64Array(1), [rows([Number.NaN])], 0.9)).toThrow(
      'expected finite scores of teachers, got others in column 0',
    );
    expect(() => movedCenter(new Float64Array(1), [rows([1, 2])], 0.9)).toThrow('expected teachers of [n, 1], got [1,2]');
  });
});

test('views of different shapes are refused by the role they are of', () => {
  const local = [{ ...of(0, 1)[0]!, features: tensor(new Float64Array(6), [3, 2]) }];
  expect(() => distributions().pair({ ...crops, views: { global: of(0, 2), local } }, { center: null }, start)).toThrow(
    'distributions: expected views of [3, 4], as those of "global" are, got [3,2] of "local"',
  );
});

function rows(...list: readonly (readonly number[])[]): Features {
  return features(Float64Array.from(list.flat()), list.length, list[0]!.length);
}
