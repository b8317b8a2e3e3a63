import type { ColorStep } from '@viewforge/image';
import { createRandom } from '@viewforge/random';
import { image, values } from '@viewforge/tensor';
import { exampleImages, obeysAugmenterLaws } from '@viewforge/testkit';
import { expect, test } from 'vitest';
import { colorJitter } from './color-jitter.ts';

const start = { epoch: 0, fraction: 0 };
const still = { brightness: 0, contrast: 0, saturation: 0, hue: 0 };

obeysAugmenterLaws(colorJitter, exampleImages());

function after(steps: readonly ColorStep[], pixel: readonly number[], w = 1): number[] {
  return [...values(colorJitter().apply(image(Float32Array.from(pixel), 3, 1, w), { steps: [...steps] }))];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 6); // float32
  });
}

test.each<[string, ColorStep, number[]]>([
  ['brightness', { kind: 'brightness', factor: 1.5 }, [0.3, 0.6, 0.9]],
  ['brightness past white', { kind: 'brightness', factor: 3 }, [0.6, 1, 1]],
  ['additive brightness', { kind: 'brightness-by', amount: -0.3 }, [0, 0.1, 0.3]],
  ['saturation', { kind: 'saturation', factor: 0.5 }, [0.28149, 0.38149, 0.48149]],
  ['hue', { kind: 'hue', turns: 0.1 }, [0.24, 0.2, 0.6]],
])('%s of the pixel (0.2, 0.4, 0.6)', (_, step, expected) => {
  expectClose(after([step], [0.2, 0.4, 0.6]), expected);
});

test('contrast moves pixels toward the mean luma 0.49995 of the image', () => {
  const two = [0.2, 0.8, 0.4, 0.6, 0.6, 0.4]; // (0.2, 0.4, 0.6) and (0.8, 0.6, 0.4), by channel
  const step = { kind: 'contrast', factor: 0.5, mean: 'luma' } as const;
  expectClose(after([step], two, 2), [0.349975, 0.649975, 0.449975, 0.549975, 0.549975, 0.449975]);
});

test('each step is clipped before the next, so their order matters', () => {
  const bright: ColorStep = { kind: 'brightness', factor: 2 };
  const dark: ColorStep = { kind: 'brightness', factor: 0.5 };
  expectClose(after([bright, dark], [0.8, 0.8, 0.8]), [0.5, 0.5, 0.5]);
  expectClose(after([dark, bright], [0.8, 0.8, 0.8]), [0.8, 0.8, 0.8]);
});

test('strengths of 0 leave every image as it is, and still draw', () => {
  const part = colorJitter(still);
  for (const each of exampleImages()) {
    const params = part.draw(each.shape, createRandom(3), start);
    expect(params.steps.length).toBe(4);
    expect(values(part.apply(each, params))).toEqual(values(each));
  }
});

test('amounts do not depend on the order that was drawn, nor on another strength', () => {
  const amounts = (strengths: Parameters<typeof colorJitter>[0]) =>
    colorJitter(strengths).draw([3, 1, 1], createRandom(9), start).steps;
  const hueOf = (steps: readonly ColorStep[]) => steps.find((step) => step.kind === 'hue');
  expect(hueOf(amounts({ brightness: 0.1 }))).toEqual(hueOf(amounts({ brightness: 0.7, contrast: 0 })));
});

test('every order is equally likely', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 6000; seed++) {
    const order = colorJitter()
      .draw([3, 1, 1], createRandom(seed), start)
      .steps.map((step) => step.kind)
      .join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  // 250 of each, deviation 15.5
  for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThan(70);
});

test('factors fill [1 - strength, 1 + strength), and stay above 0 for strengths beyond 1', () => {
  const factors = (strength: number) =>
    Array.from({ length: 2000 }, (_, seed) => {
      const steps = colorJitter({ contrast: strength }).draw([3, 1, 1], createRandom(seed), start).steps;
      return steps.find((step) => step.kind === 'contrast')!.factor;
    });
  expect(Math.min(...factors(0.4))).toBeCloseTo(0.6, 2);
  expect(Math.max(...factors(0.4))).toBeCloseTo(1.4, 2);
  expect(Math.min(...factors(1.5))).toBeGreaterThanOrEqual(0);
});

test('additive brightness is an amount on both sides of 0', () => {
  const part = colorJitter({ brightness: 0.8, brightnessMode: 'additive' });
  const amounts = Array.from({ length: 500 }, (_, seed) => {
    const steps = part.draw([3, 1, 1], createRandom(seed), start).steps;
    return steps.find((step) => step.kind === 'brightness-by')!.amount;
  });
  expect(Math.min(...amounts)).toBeLessThan(-0.7);
  expect(Math.max(...amounts)).toBeGreaterThan(0.7);
  expect(Math.max(...amounts.map(Math.abs))).toBeLessThanOrEqual(0.8);
});
