import { image, pixels, values } from '@viewforge/tensor';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaussianBlur } from './blur.ts';
import { adjustColors } from './color.ts';
import { toFloat } from './convert.ts';
import { flipHorizontal } from './crop.ts';
import { normalizeChannels } from './normalize.ts';
import { resizedCrop } from './resize.ts';
import { type ImageStep, runSteps } from './run-steps.ts';

const photo = pixels(
  Uint8Array.from({ length: 19 * 23 * 3 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 11) % 256),
  19,
  23,
  3,
);
const resize = { height: 9, width: 12, interpolation: 'bilinear', antialias: true } as const;
const normalization = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };
const steps: readonly ImageStep[] = [
  { kind: 'flip' },
  { kind: 'color', step: { kind: 'contrast', factor: 1.4, mean: 'luma' } },
  { kind: 'color', step: { kind: 'hue', turns: 0.2 } },
  { kind: 'blur', gaussian: { size: 5, deviation: 1 } },
  { kind: 'blur', gaussian: { size: 3, deviation: 0.4, border: 'zero' } },
  { kind: 'normalize', ...normalization },
];

/** The functions one after the other. */
function oneByOne(all: readonly ImageStep[], start = photo) {
  let value = start as Parameters<typeof resizedCrop>[0];
  for (const step of all) {
    if (step.kind === 'crop') value = resizedCrop(value, step.box, step.resize);
    else {
      const floats = value.data instanceof Uint8Array ? toFloat(value as typeof photo) : (value as ReturnType<typeof image>);
      if (step.kind === 'flip') value = flipHorizontal(floats);
      else if (step.kind === 'color') value = adjustColors(floats, [step.step]);
      else if (step.kind === 'blur') value = gaussianBlur(floats, step.gaussian);
      else value = normalizeChannels(floats, step.mean, step.deviation);
    }
  }
  return value.data instanceof Uint8Array ? toFloat(value as typeof photo) : (value as ReturnType<typeof image>);
}

test('any run has the bits of one function after the other', () => {
  const box = { top: 2, left: 3, height: 14, width: 15 };
  const property = fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 7 }), fc.boolean(), (rest, isCropped) => {
    const all: ImageStep[] = isCropped ? [{ kind: 'crop', box, resize }, ...rest] : rest;
    expect(values(runSteps(photo, all))).toEqual(values(oneByOne(all)));
  });
  fc.assert(property, { seed: 3, numRuns: 200 });
});

test('a crop that flips by itself, followed by a flip, does not flip', () => {
  const box = { top: 0, left: 0, height: 19, width: 23 };
  const crop: ImageStep = { kind: 'crop', box, resize: { ...resize, flip: true } };
  expect(values(runSteps(photo, [crop, { kind: 'flip' }]))).toEqual(values(resizedCrop(photo, box, resize)));
});

test('gray images go the same ways', () => {
  const gray = image(
    Float32Array.from({ length: 30 }, (_, i) => ((i * 7) % 30) / 30),
    1,
    5,
    6,
  );
  const all: ImageStep[] = [...steps.slice(0, 4), { kind: 'normalize', mean: [0.5], deviation: [0.25] }];
  const oneAfterOther = normalizeChannels(
    gaussianBlur(adjustColors(flipHorizontal(gray), [{ kind: 'contrast', factor: 1.4, mean: 'luma' }]), {
      size: 5,
      deviation: 1,
    }),
    [0.5],
    [0.25],
  );
  expect(values(runSteps(gray, all))).toEqual(values(oneAfterOther));
});

test('no steps leave an image as it is', () => {
  const input = image(Float32Array.of(0.5), 1, 1, 1);
  expect(runSteps(input, [])).toBe(input);
});
