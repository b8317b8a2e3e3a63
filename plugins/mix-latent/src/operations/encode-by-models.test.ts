import type { Encoder } from '@viewforge/core';
import { regression } from '@viewforge/losses';
import { randomNetwork } from '@viewforge/onnx';
import { aligned } from '@viewforge/pairings';
import { tensor, values } from '@viewforge/tensor';
import { exampleImages, flattenEncoder, obeysEncoderLaws, running } from '@viewforge/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { encodeByModels, modelEncoder } from './encode-by-models.ts';

const items = [{ id: 'a' }, { id: 'b' }];
const inputs = { image: tensor(Float32Array.of(3, 4, 0, 2), [2, 1, 1, 2]) };
const flat = flattenEncoder([1, 1, 2]);
/** A model that gives each row a constant more. */
const wider: Encoder = {
  ...flat,
  encode: async ({ image }) => ({ features: tensor(Float32Array.of(1, 2, 2, image!.data[0]!, 0, 0), [2, 3]) }),
};

test('views have the names and the order of the models, each of its own width and length', async () => {
  const models = [
    { name: 'z', encoder: flat },
    { name: 'a', encoder: wider },
    { name: 'raw', encoder: flat, normalize: false },
  ];
  const { views, items: same } = await encodeByModels(models, inputs, items, running());
  expect(Object.keys(views)).toEqual(['z', 'a', 'raw']);
  const rowsOf = (name: string) => [...values(views[name]![0]!.features)];
  expect(rowsOf('z')).toEqual([0.6, 0.8, 0, 1].map(Math.fround));
  expect(rowsOf('a')).toEqual([1 / 3, 2 / 3, 2 / 3, 1, 0, 0].map((each) => expect.closeTo(each, 6)));
  expect(rowsOf('raw')).toEqual([3, 4, 0, 2]);
  expect(same).toBe(items);
});

test('no model, a name twice, and something else than rows are refused', async () => {
  await expect(encodeByModels([], inputs, items, running())).rejects.toThrow('expected at least one model, got none');
  const twice = [flat, flat].map((encoder) => ({ name: 'x', encoder }));
  await expect(encodeByModels(twice, inputs, items, running())).rejects.toThrow('expected names that differ, got "x" twice');
  const broken = { ...flat, encode: async () => ({}) };
  await expect(encodeByModels([{ name: 'x', encoder: broken }], inputs, items, running())).rejects.toThrow(
    'expected features of [2, d], got [nothing]',
  );
  expect(() => modelEncoder([{ name: 'features', encoder: flat }])).toThrow('expected names other than "features"');
});

obeysEncoderLaws(
  () =>
    modelEncoder([
      { name: 'one', encoder: flattenEncoder([1, 1, 2]) },
      { name: 'two', encoder: flattenEncoder([1, 1, 2]), normalize: false },
    ]),
  inputs,
);

test('as one encoder it gives all of them, the first as features, and says so', async () => {
  const encoder = modelEncoder([
    { name: 'one', encoder: flat },
    { name: 'two', encoder: flat, normalize: false },
  ]);
  const outputs = await encoder.encode(inputs, running());
  expect(Object.keys(outputs)).toEqual(['features', 'one', 'two']);
  expect(outputs['features']).toBe(outputs['one']);
  expect([...values(outputs['two']!)]).toEqual([3, 4, 0, 2]);
  expect(Object.keys((await encoder.open(running())).outputs)).toEqual(['features', 'one', 'two']);
});

test('it changes where one of its models does', () => {
  const models = (changes: boolean) => [
    { name: 'one', encoder: flat },
    { name: 'two', encoder: { ...flat, changes } },
  ];
  expect([modelEncoder(models(true)).changes, modelEncoder(models(false)).changes]).toEqual([true, false]);
});

describe('networks that nobody trains', () => {
  const network = (seed: number) => randomNetwork({ seed, width: 8, providers: ['cpu'] });
  const opened = [network(1), network(1), network(2)];
  afterAll(() => Promise.all(opened.map((encoder) => encoder.close())));
  const picture = exampleImages().find(({ shape }) => shape[0] === 3 && shape[1]! >= 8)!;
  const pictures = { image: tensor(values(picture), [1, ...picture.shape]) };

  test('the same one twice gives identical bytes, and another seed other ones', async () => {
    const models = opened.map((encoder, i) => ({ name: `${i}`, encoder }));
    const { views } = await encodeByModels(models, pictures, [{ id: 'a' }], running());
    const [first, again, other] = ['0', '1', '2'].map((name) => values(views[name]![0]!.features));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const later = await encodeByModels(models, pictures, [{ id: 'a' }], running());
    expect(values(later.views['0']![0]!.features)).toEqual(first);
  });

  test('one of them may be the teacher, which learns nothing', async () => {
    const encoded = await encodeByModels(
      [
        { name: 'student', encoder: opened[0]! },
        { name: 'teacher', encoder: opened[2]! },
      ],
      pictures,
      [{ id: 'a' }],
      running(),
    );
    const { batch, pullback } = aligned({ role: 'student', targets: 'teacher' }).pair(encoded, aligned().start(), {
      epoch: 0,
      step: 0,
      fraction: 0,
    });
    const { value, gradients } = regression().differentiate(batch);
    expect(value).toBeGreaterThan(0);
    expect(gradients.targets).toBeUndefined();
    const back = pullback(gradients);
    expect(values(back['student']![0]!).some((slope) => slope !== 0)).toBe(true);
    expect(values(back['teacher']?.[0] ?? tensor(new Float32Array(1), [1])).every((slope) => slope === 0)).toBe(true);
  });
});
