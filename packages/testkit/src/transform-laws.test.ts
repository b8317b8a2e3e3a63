import { type Augmenter, type AugmenterRecipe, type Domain, defineAugmenter, type Json } from '@viewforge/core';
import { copy, type Image, image, values } from '@viewforge/tensor';
import { expect, test } from 'vitest';
import { exampleImages } from './example-images.ts';
import { brokenLaws } from './law.ts';
import { obeysTransformLaws, transformLaws } from './transform-laws.ts';

type Made = Pick<AugmenterRecipe<'image', 'image', never, Json>, 'apply'> &
  Partial<Pick<Augmenter<'image', 'image', Json>, 'draw' | 'reshape'>>;

const augmenter = (made: Made): Augmenter<'image', Domain, Json> => ({
  kind: 'augmenter',
  name: 'example',
  version: 1,
  accepts: 'image',
  returns: 'image',
  draw: (_shape, random) => ({ amount: random.uniform(0, 1) }),
  reshape: (shape) => shape,
  ...made,
});
const lighter = (input: Image, params: Json): Image => {
  const result = copy(input);
  const { amount } = params as { amount: number };
  values(result).forEach((value, i) => {
    values(result)[i] = Math.min(1, value + amount);
  });
  return result;
};
const broken = (part: Augmenter<'image', Domain, Json>) => brokenLaws(transformLaws(part, exampleImages()));

obeysTransformLaws(augmenter({ apply: lighter }), exampleImages());

test('a draw that remembers the one before is found', async () => {
  let count = 0;
  expect(await broken(augmenter({ draw: () => ({ amount: count++ / 100 }), apply: lighter }))).toEqual([
    'the same seed draws the same params',
  ]);
});

test('params that JSON cannot hold are found', async () => {
  const part = augmenter({ draw: () => ({ amount: Number.NaN }), apply: (input) => input });
  expect(await broken(part)).toContain('params survive being stored as JSON');
});

test('an apply with a memory of its own is found', async () => {
  let calls = 0;
  const part = augmenter({ apply: (input) => image(new Float32Array(values(input).length).fill(++calls), ...dims(input)) });
  expect(await broken(part)).toEqual(['stored params make the same bits again']);
});

test('an apply that writes into its input is found', async () => {
  const part = augmenter({
    apply: (input) => {
      values(input).fill(0);
      return input;
    },
  });
  expect(await broken(part)).toEqual(['the input and the params stay as they were']);
});

test.each([
  ['NaN', (input: Image) => image(new Float32Array(values(input).length).fill(Number.NaN), ...dims(input))],
  ['another shape', (input: Image) => image(values(input), dims(input)[0], dims(input)[2], dims(input)[1])],
  ['another element type', (input: Image) => ({ ...input, data: new Uint8Array(values(input)) }) as unknown as Image],
])('a result with %s is found', async (_, apply) => {
  expect(await broken(augmenter({ apply }))).toEqual(['the result is finite, of its domain and of the shape foretold']);
});

test('laws that were given nothing to try do not hold', async () => {
  expect(await brokenLaws(transformLaws(augmenter({ apply: lighter }), []))).not.toEqual([]);
});

test('a part made by defineAugmenter needs no type arguments', () => {
  const part = defineAugmenter({
    name: 'identity',
    summary: 'Change nothing.',
    accepts: 'image',
    returns: 'image',
    draw: () => null,
    apply: (input) => input,
  })();
  expect(transformLaws(part, exampleImages())).toHaveLength(6);
});

function dims(input: Image): [number, number, number] {
  return input.shape as [number, number, number];
}

test.each<[string, unknown]>([
  ['a typed array', Float32Array.of(0.5)],
  ['a map', new Map([['a', 1]])],
  ['undefined', undefined],
])('%s in params is found, although JSON takes it', async (_, extra) => {
  const part = augmenter({ draw: () => ({ amount: 0.5, extra }) as Json, apply: lighter });
  expect(await broken(part)).toEqual(['params survive being stored as JSON']);
});
