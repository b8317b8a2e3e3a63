import { createRandom } from '@viewforge/random';
import { exampleImages } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import type { Json } from '../contracts/json.ts';
import { defineAugmenter } from '../define/augmenter.ts';
import { definePlan } from '../define/plan.ts';
import { ViewforgeError } from '../error.ts';
import { drawViews } from './draw-views.ts';
import { makeView, makeViews } from './make-views.ts';

const part = (draw: (value: number) => Json) =>
  defineAugmenter({
    name: 'part',
    summary: 'Draw something.',
    accepts: 'image',
    returns: 'image',
    draw: (_shape, _options, random) => draw(random.uniform(0, 1)),
    apply: (image) => image,
  })();
const planOf = (draw: (value: number) => Json = (value) => value) =>
  definePlan({
    name: 'plan',
    summary: 'Views.',
    accepts: 'image',
    groups: () => [
      { role: 'global', count: 2, augment: part(draw) },
      { role: 'local', count: 1, augment: part(draw) },
      { role: 'local', from: 1, count: 2, augment: part(draw) },
    ],
  })();
const item = (id: string) => ({ id, shape: [3, 4, 4] });
const start = { epoch: 0, fraction: 0 };
const drawn = (id: string, seed: number | string = 1, epoch = 0) =>
  drawViews(item(id), planOf(), createRandom(seed), { epoch, fraction: 0 });

test('every role and index of the plan, in its order', () => {
  expect(drawn('a').map(({ role, index }) => `${role} ${index}`)).toEqual([
    'global 0',
    'global 1',
    'local 0',
    'local 1',
    'local 2',
  ]);
});

test('no draw depends on the items drawn before it, or on the order', () => {
  const random = createRandom(1);
  const forward = ['a', 'b', 'c'].map((id) => drawViews(item(id), planOf(), random, start));
  const backward = ['c', 'b', 'a'].map((id) => drawViews(item(id), planOf(), random, start));
  expect(backward.reverse()).toEqual(forward);
  expect(drawn('b')).toEqual(forward[1]);
});

test('seed, epoch, item, role and index each name a stream of their own', () => {
  const all = [drawn('a'), drawn('b'), drawn('a', 2), drawn('a', '1'), drawn('a', 1, 1)].flat().map(({ params }) => params);
  expect(new Set(all).size).toBe(all.length);
});

test('a view keeps its stream when groups are added before it', () => {
  const longer = definePlan({
    name: 'plan',
    summary: 'Views.',
    accepts: 'image',
    groups: () => [{ role: 'extra', count: 1, augment: part((value) => value) }, ...planOf().groups],
  })();
  expect(drawViews(item('a'), longer, createRandom(1), start).slice(1)).toEqual(drawn('a'));
});

test('-0 becomes 0, deep inside too, as JSON would have it', () => {
  const [view] = drawViews(
    item('a'),
    planOf(() => ({ list: [-0, { at: -0 }] })),
    createRandom(1),
    start,
  );
  expect(view!.params).toEqual({ list: [0, { at: 0 }] });
  expect(Object.is((view!.params as { list: number[] }).list[0], 0)).toBe(true);
});

test.each([
  ['NaN', Number.NaN],
  ['an infinity', [{ at: Number.POSITIVE_INFINITY }]],
  ['nothing', { at: undefined }],
  ['a date', { at: new Date(0) }],
  ['a typed array', new Float32Array(2)],
  ['a function', () => 1],
])('%s in params is refused, with plan and item', (_, value) => {
  expect(() =>
    drawViews(
      item('a.jpg'),
      planOf(() => value as Json),
      createRandom(1),
      start,
    ),
  ).toThrow(expect.objectContaining({ code: 'NOT_FINITE', where: 'plan of a.jpg' }));
});

test('views are made by the augmenter of their own group, with their item and params', () => {
  const content = exampleImages()[0]!;
  const views = makeViews('a', content, planOf(), drawn('a'));
  expect(views.map(({ item: id, value }) => [id, value === content])).toEqual(views.map(() => ['a', true]));
  expect(views.map(({ params }) => params)).toEqual(drawn('a').map(({ params }) => params));
});

test('a view that the plan does not have is refused', () => {
  const content = exampleImages()[0]!;
  expect(() => makeView('a', content, planOf(), { role: 'local', index: 3, params: 0 })).toThrow(
    'plan: expected a role and index of the plan, got "local" 3',
  );
  expect(() => makeView('a', content, planOf(), { role: 'query', index: 0, params: 0 })).toThrow(
    expect.objectContaining({ code: 'PLAN' }),
  );
});

test.each([
  [new RangeError('crop: box is outside'), 'PART'],
  [new ViewforgeError('IMAGE_FORMAT', 'decode', 'expected three channels, got 4'), 'IMAGE_FORMAT'],
])('an error of an augmenter says which item, view and params: %s', (cause, code) => {
  const failing = { ...part((value) => value) };
  failing.apply = () => {
    throw cause;
  };
  const plan = { ...planOf(), groups: [{ role: 'view', count: 1, augment: failing }] };
  let thrown: unknown;
  try {
    makeView('a.jpg', exampleImages()[0]!, plan, { role: 'view', index: 0, params: { at: 3 } });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code, item: 'a.jpg', part: 'part', cause });
  expect((thrown as Error).message).toContain('(item a.jpg, view view 0, params {"at":3})');
});

test('views made together share their draws, and index and label reach the augmenter', () => {
  const seen: unknown[] = [];
  const told = defineAugmenter({
    name: 'told',
    summary: 'Note the context.',
    accepts: 'image',
    returns: 'image',
    draw: (_shape, _options, random, context) => {
      seen.push(context);
      return random.uniform(0, 1);
    },
    apply: (image) => image,
  })();
  const tiles = definePlan({
    name: 'tiles',
    summary: 'Tiles.',
    accepts: 'image',
    groups: () => [
      { role: 'tile', from: 0, count: 2, together: true, augment: told },
      { role: 'tile', from: 2, count: 1, augment: told },
    ],
  })();
  const [first, second, alone] = drawViews({ ...item('a'), label: 4 }, tiles, createRandom(1), start);
  expect(first!.params).toBe(second!.params);
  expect(alone!.params).not.toBe(first!.params);
  expect(seen).toEqual([0, 1, 2].map((index) => ({ ...start, index, label: 4 })));
});
