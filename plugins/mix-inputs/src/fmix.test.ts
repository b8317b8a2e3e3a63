import { createRandom } from '@viewforge/random';
import { values } from '@viewforge/tensor';
import { blendRows, exampleViewBatch, exampleViewBatches, obeysMixerLaws } from '@viewforge/testkit';
import { describe, expect, test } from 'vitest';
import { fmix, maskOf } from './fmix.ts';
import { binarizeMask } from './fmix-mask.ts';
import { frequencyGrid, lowFrequencyImage } from './low-frequency-image.ts';

const context = { epoch: 0, step: 0, fraction: 0 };
const shapes = [
  [6, 9],
  [4, 2, 16],
  [3, 2, 5, 6],
  [2, 1, 4, 3, 5],
  [2, 1, 1, 1],
];

obeysMixerLaws(fmix({ softness: 0.3, reformulate: true }), [...exampleViewBatches(), ...shapes.map(exampleViewBatch)]);
obeysMixerLaws(fmix({ spectrum: 'public' }), [...exampleViewBatches(), ...shapes.map(exampleViewBatch)]);

describe('the mask', () => {
  const gray = Float64Array.of(0.9, 0.1, 0.6, 0.4);
  test.each([
    ['rounded down', { weight: 0.6, up: false, softness: 0 }, [1, 0, 1, 0]],
    ['rounded up', { weight: 0.6, up: true, softness: 0 }, [1, 0, 1, 1]],
    ['with a soft edge of one rank to each side', { weight: 0.5, up: false, softness: 0.25 }, [1, 0, 1, 0]],
    ['of nothing', { weight: 0, up: true, softness: 0.5 }, [0, 0, 0, 0]],
    ['of everything', { weight: 1, up: false, softness: 0.5 }, [1, 1, 1, 1]],
  ])('%s', (_, options, expected) => {
    expect([...binarizeMask(gray, options)]).toEqual(expected);
  });

  test('falls evenly over a soft edge', () => {
    const falling = Float64Array.from({ length: 8 }, (_, i) => 8 - i);
    expect([...binarizeMask(falling, { weight: 0.5, up: false, softness: 0.25 })]).toEqual(
      [1, 1, 1, 2 / 3, 1 - 2 / 3, 0, 0, 0].map((v) => expect.closeTo(v, 15)),
    );
  });

  test('takes equal elements in their order', () => {
    expect([...binarizeMask(new Float64Array(5), { weight: 0.4, up: false, softness: 0 })]).toEqual([1, 1, 0, 0, 0]);
  });

  test.each([0.1, 0.37, 0.5, 0.99])('has as many ones as the weight %d says, and that mean with a soft edge', (weight) => {
    const random = createRandom(1);
    const noise = Float64Array.from({ length: 997 }, () => random.uniform(0, 1));
    for (const up of [false, true]) {
      const sum = binarizeMask(noise, { weight, up, softness: 0 }).reduce((total, each) => total + each, 0);
      expect(sum).toBe(up ? Math.ceil(weight * 997) : Math.floor(weight * 997));
      const soft = binarizeMask(noise, { weight, up, softness: 0.2 }).reduce((total, each) => total + each, 0);
      expect(soft).toBeCloseTo(sum, 9);
    }
  });

  test('agrees with sorting all elements', () => {
    const random = createRandom(2);
    const noise = Float64Array.from({ length: 200 }, () => Math.round(random.uniform(0, 20)));
    const order = [...noise.keys()].sort((a, b) => noise[b]! - noise[a]! || a - b);
    const mask = binarizeMask(noise, { weight: 0.4, up: false, softness: 0.1 });
    order.forEach((at, rank) => expect(mask[at]).toBeCloseTo(rank < 60 ? 1 : rank >= 100 ? 0 : 1 - (rank - 60) / 39, 12));
  });
});

describe('the gray image', () => {
  const draw = (shape: number[], spectrum: 'paper' | 'public', seed = 1) => {
    const random = createRandom(seed);
    const { frequencies } = frequencyGrid(shape, spectrum);
    const noise = () => Float64Array.from(frequencies, () => random.normal(0, 1));
    return { real: noise(), imaginary: noise() };
  };

  test('is the sum of waves that the half spectrum stands for', () => {
    const [h, w] = [3, 4];
    const noise = draw([h, w], 'paper');
    const { frequencies } = frequencyGrid([h, w], 'paper');
    const waves = Float64Array.from({ length: h * w }, (_, at) => {
      let sum = 0;
      for (let ky = 0; ky < h; ky++)
        for (let kx = 0; kx <= w / 2; kx++) {
          const k = ky * 3 + kx;
          const scale = 1 / Math.max(frequencies[k]!, 1 / 4) ** 2;
          const angle = 2 * Math.PI * ((ky * Math.floor(at / w)) / h + (kx * (at % w)) / w);
          sum +=
            (kx === 0 || kx === w / 2 ? 1 : 2) *
            scale *
            (noise.real[k]! * Math.cos(angle) - noise.imaginary[k]! * Math.sin(angle));
        }
      return sum;
    });
    const [low, high] = [Math.min(...waves), Math.max(...waves)];
    const image = lowFrequencyImage(noise, [h, w], { decay: 2, spectrum: 'paper' });
    waves.forEach((wave, at) => expect(image[at]).toBeCloseTo((wave - low) / (high - low), 12));
  });

  test.each([[[7]], [[8]], [[5, 6]], [[4, 7]], [[3, 4, 5]], [[1, 5]]])('spans [0, 1] for the shape [%s]', (shape) => {
    for (const spectrum of ['paper', 'public'] as const) {
      const image = lowFrequencyImage(draw(shape, spectrum), shape, { decay: 3, spectrum });
      expect([Math.min(...image), Math.max(...image)]).toEqual([0, 1]);
    }
  });

  test('public noise has no detail along a first axis beside a last one of a single element', () => {
    const gray = (spectrum: 'paper' | 'public') =>
      new Set(lowFrequencyImage(draw([5, 1], spectrum), [5, 1], { decay: 3, spectrum }));
    expect(gray('paper').size).toBe(5);
    expect(gray('public')).toEqual(new Set([0]));
  });

  test('a single element has no contrast', () => {
    expect([...lowFrequencyImage(draw([1, 1], 'paper'), [1, 1], { decay: 3, spectrum: 'paper' })]).toEqual([0]);
  });

  test('is smoother with more decay', () => {
    const roughness = (decay: number) => {
      const image = lowFrequencyImage(draw([32, 32], 'paper'), [32, 32], { decay, spectrum: 'paper' });
      return image.reduce((sum, value, at) => sum + (at % 32 === 0 ? 0 : Math.abs(value - image[at - 1]!)), 0);
    };
    expect(roughness(3)).toBeLessThan(roughness(1) / 2);
  });
});

test('an element comes from the item or its partner, in all channels alike, and the blend has the drawn weight', () => {
  const batch = exampleViewBatch([4, 3, 9, 7]);
  const part = fmix({ partners: 'no-fixed' });
  const drawn = part.draw(batch, createRandom(5), context)!;
  const mask = maskOf([3, 9, 7], drawn.mask);
  const mixed = part.apply(batch, drawn);
  expect(new Set(mask)).toEqual(new Set([0, 1]));
  values(mixed.values).forEach((value, at) => {
    const item = Math.floor(at / 189);
    const from = mask[at % 63] === 1 ? item : drawn.partners[item]!;
    expect(value).toBe(values(batch.values)[from * 189 + (at % 189)]);
  });
  expect(blendRows(mixed)[0]![0]).toBe(Math.fround(drawn.mask.weight));
  expect(Math.abs(mask.reduce((sum, each) => sum + each, 0) / 63 - drawn.mask.weight)).toBeLessThan(1 / 63);
});

test('weights of the reformulated law favor the item itself: Beta(2, 1) has mean 2/3', () => {
  const batch = exampleViewBatch([2, 1, 2, 2]);
  const drawn = Array.from(
    { length: 2000 },
    (_, seed) => fmix({ reformulate: true }).draw(batch, createRandom(seed), context)!.mask.weight,
  );
  expect(Math.abs(drawn.reduce((sum, each) => sum + each, 0) / 2000 - 2 / 3)).toBeLessThan(5 * Math.sqrt(1 / 18 / 2000));
});
