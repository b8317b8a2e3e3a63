import { createRandom } from '@viewforge/random';
import { describe, expect, test } from 'vitest';
import { frequencyGrid, lowFrequencyImage } from './low-frequency-image.ts';

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
    waves.forEach((wave, at) => {
      expect(image[at]).toBeCloseTo((wave - low) / (high - low), 12);
    });
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

  test.each([
    [5, 6],
    [4, 7],
    [2, 8],
    [8, 2],
  ])('public noise of %d by %d: rows 0 and 1 are real and imaginary parts, their noises the two lowest frequencies', (h, w) => {
    const noise = draw([h, w], 'public');
    const frequency = (k: number, n: number) => (k < n / 2 ? k : k - n) / n;
    const columns = Math.floor(w / 2) + 1 + (w % 2);
    const part = (row: number, column: number, of: Float64Array) => {
      const f = Math.hypot(frequency(row, h), frequency(column, w));
      return of[row * columns + column]! / Math.max(f, 1 / Math.max(h, w)) ** 3;
    };
    const waves = Float64Array.from({ length: h * w }, (_, at) => {
      const [y, x] = [Math.floor(at / w), at % w];
      let sum = 0;
      for (let k = 0; k < Math.min(h, columns); k++)
        for (const [t, of] of [noise.real, noise.imaginary].entries()) {
          const angle = 2 * Math.PI * ((k * y) / h + (t * x) / w);
          const wave = part(0, k, of) * Math.cos(angle) - part(1, k, of) * Math.sin(angle);
          sum += t === 0 || 2 * t === w ? wave : 2 * wave;
        }
      return sum;
    });
    const [low, high] = [Math.min(...waves), Math.max(...waves)];
    const image = lowFrequencyImage(noise, [h, w], { decay: 3, spectrum: 'public' });
    waves.forEach((wave, at) => {
      expect(image[at]).toBeCloseTo((wave - low) / (high - low), 10);
    });
  });

  test.each([
    [4, [0, 0.25, -0.5, -0.25], [0, 0.25, 0.5]],
    [5, [0, 0.2, 0.4, -0.4, -0.2], [0, 0.2, 0.4]],
  ] as const)('frequencies of %d by as many elements are those of a transform whose last axis is halved', (n, whole, half) => {
    const { shape, frequencies } = frequencyGrid([n, n], 'paper');
    expect(shape).toEqual([n, half.length]);
    const expected = whole.flatMap((fy) => half.map((fx) => Math.hypot(fy, fx)));
    expect([...frequencies]).toEqual(expected.map((frequency) => expect.closeTo(frequency, 12)));
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
