import { defineMixer, type Mixer } from '@viewforge/core';
import { createRandom } from '@viewforge/random';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { oneMixOf, sometimesMix } from './compose-mixers.ts';
import { cutMix } from './cut-mix.ts';
import { manifoldMixup } from './manifold-mixup.ts';
import { mixup } from './mixup.ts';

const context = { epoch: 0, step: 0, fraction: 0, stages: 3 };
const batch = exampleViewBatch([4, 3, 8, 8]);

obeysMixerLaws(sometimesMix(0.5, mixup()), exampleViewBatches());
obeysMixerLaws(oneMixOf([mixup(), cutMix(), manifoldMixup()]), exampleViewBatches());

test('with probability 1 a mixer always mixes, with 0 never', () => {
  for (let seed = 0; seed < 20; seed++) {
    const [always, never] = [sometimesMix(1, mixup()), sometimesMix(0, mixup())];
    const drawn = always.draw(batch, createRandom(seed), context)!;
    expect(values(always.apply(batch, drawn).values)).toEqual(values(mixup().apply(batch, drawn[0]).values));
    expect(never.apply(batch, never.draw(batch, createRandom(seed), context))).toBe(batch);
  }
});

test('a mixer mixes as often as the probability says, and draws the same whatever it is', () => {
  const drawn = Array.from({ length: 500 }, (_, seed) => sometimesMix(0.3, mixup()).draw(batch, createRandom(seed), context));
  const count = drawn.filter((each) => each !== null).length;
  expect(Math.abs(count - 150)).toBeLessThan(5 * Math.sqrt(500 * 0.3 * 0.7));
  drawn.forEach((each, seed) => {
    if (each) expect(each).toEqual(sometimesMix(1, mixup()).draw(batch, createRandom(seed), context));
  });
});

test.each([-0.1, 1.5, Number.NaN])('a probability of %d is refused', (p) => {
  expect(() => sometimesMix(p, mixup())).toThrow('p: expected a probability in [0, 1]');
});

test('one of several is drawn as often as its weight says, and one of weight 0 never', () => {
  const part = oneMixOf([mixup(), cutMix(), manifoldMixup()], [1, 0, 3]);
  const chosen = Array.from({ length: 600 }, (_, seed) => part.draw(batch, createRandom(seed), context).chosen);
  expect(chosen).not.toContain(1);
  expect(Math.abs(chosen.filter((each) => each === 0).length - 150)).toBeLessThan(5 * Math.sqrt(600 * 0.25 * 0.75));
});

test('what is applied is what the chosen mixer drew from a stream of its own', () => {
  const parts: readonly Mixer<'batch'>[] = [mixup(), cutMix()];
  for (let seed = 0; seed < 20; seed++) {
    const drawn = oneMixOf(parts).draw(batch, createRandom(seed), context);
    const alone = parts[drawn.chosen]!;
    const params = alone.draw(batch, createRandom(seed).fork(drawn.chosen), context);
    expect(drawn.params).toEqual(params);
    expect(values(oneMixOf(parts).apply(batch, drawn).values)).toEqual(values(alone.apply(batch, params).values));
  }
});

test('a mixer within an encoder stays at its stage', () => {
  const staged = manifoldMixup({ stages: [2] });
  const sometimes = sometimesMix(1, staged);
  expect(sometimes.stageOf!(sometimes.draw(batch, createRandom(1), context))).toBe(2);
  expect(sometimes.stageOf!(null)).toBe(0);
  const either = oneMixOf([mixup(), staged]);
  for (let seed = 0; seed < 20; seed++) {
    const drawn = either.draw(batch, createRandom(seed), context);
    expect(either.stageOf!(drawn)).toBe(drawn.chosen === 1 ? 2 : 0);
  }
});

test.each([[[1]], [[1, -1]], [[0, 0]], [[1, Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])(
  'weights of [%s] for two are refused',
  (weights) => {
    expect(() => oneMixOf([mixup(), cutMix()], weights)).toThrow('one-mix-of: weights: expected 2 numbers >= 0');
  },
);

test('none of no mixers can be drawn', () => {
  expect(() => oneMixOf([])).toThrow('one-mix-of: expected at least one mixer');
});

test('a mixer that draws nothing can be composed too', () => {
  const still = defineMixer({ name: 'still', summary: 'Keep.', mixes: 'batch', draw: () => null, apply: (given) => given })();
  const drawn = sometimesMix(1, still).draw(batch, createRandom(1), context);
  expect(drawn).toEqual([null]); // not the null of a gate that stayed shut
});

/** Multiplies a batch by a drawn number, and gradients as well. */
const scaling = defineMixer({
  name: 'scaling',
  summary: 'Multiply.',
  mixes: 'batch',
  draw: (_batch, _options, random) => random.uniform(1, 2),
  apply: (given, factor: number) => ({ ...given, values: scaled(given.values, factor) }),
  pullback: (_batch, factor, { values: slopes }) => ({ values: scaled(slopes!, factor) }),
});

function scaled(given: Tensor, factor: number): Tensor {
  return tensor(
    values(given).map((value) => value * factor),
    given.shape,
  );
}

test('gradients flow through what was chosen, and as they are where nothing was', () => {
  const [sometimes, either] = [sometimesMix(0.5, scaling()), oneMixOf([scaling(), sometimesMix(0, scaling())])];
  for (let seed = 0; seed < 10; seed++) {
    for (const part of [sometimes, either] as readonly Mixer<'batch'>[]) {
      const drawn = part.draw(batch, createRandom(seed), context);
      // linear: gradients change as values do
      const [mixed, back] = [part.apply(batch, drawn), part.pullback!(batch, drawn, { values: batch.values })];
      expect(values(back.values!)).toEqual(values(mixed.values));
    }
  }
});

test('where one has no pullback, the whole has none', () => {
  const still = defineMixer({ name: 'still', summary: 'Keep.', mixes: 'batch', draw: () => null, apply: (given) => given })();
  expect(sometimesMix(0.5, still).pullback).toBeUndefined();
  expect(oneMixOf([scaling(), still]).pullback).toBeUndefined();
});
