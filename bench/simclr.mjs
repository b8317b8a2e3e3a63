// One SimCLR view, twice: as a plan of augmenters, and by the functions of @viewforge/image that the augmenters call.
import {
  channelNormalize,
  colorJitter,
  gaussianBlur as blurAugmenter,
  grayscale,
  horizontalFlip,
  randomResizedCrop,
} from '@viewforge/augment';
import { definePlan, sequence, sometimes } from '@viewforge/core';
import { adjustColors, gaussianBlur, normalizeChannels, resizedCrop } from '@viewforge/image';

const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];

/** The peers' recipe for views of `size` pixels from boxes of this share of the area; 23 taps of blur whatever the size. */
const recipe = (size, scaleRange) =>
  sequence(
    randomResizedCrop({ size, scaleRange }),
    sometimes(0.5, horizontalFlip()),
    sometimes(0.8, colorJitter()),
    sometimes(0.2, grayscale()),
    sometimes(0.5, blurAugmenter({ kernelShare: 23 / size })),
    channelNormalize(),
  );

/** Two views of the peers' recipe. */
export const simclr = definePlan({
  name: 'bench',
  summary: 'Make the views that the peers make.',
  groups: () => [{ role: 'view', count: 2, augment: recipe(224, [0.08, 1]) }],
})();

/** Two large and six small ones. */
export const multiCrop = definePlan({
  name: 'bench-multi-crop',
  summary: 'Make the crops that the peers make.',
  groups: () => [
    { role: 'global', count: 2, augment: recipe(224, [0.14, 1]) },
    { role: 'local', count: 6, augment: recipe(96, [0.05, 0.14]) },
  ],
})();

/** Uniform numbers in [0, 1) from a seed; enough for a benchmark. */
export function seeded(seed) {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
}

/** Everything random of one view of an image [3, height, width]: crop, flip, jitter, gray, blur. */
export function drawView([, height, width], uniform, size = 224, [smallest, largest] = [0.08, 1]) {
  const box = drawBox(height, width, uniform, smallest, largest);
  const resize = { height: size, width: size, interpolation: 'bilinear', antialias: true, flip: uniform() < 0.5 };
  const steps = uniform() < 0.8 ? drawJitter(uniform) : [];
  if (uniform() < 0.2) steps.push({ kind: 'grayscale' });
  const blur = uniform() < 0.5 ? { size: 23, deviation: 0.1 + 1.9 * uniform() } : undefined;
  return { box, resize, steps, blur };
}

/** The view of decoded bytes that the draws describe, normalized. */
export function makeView(pixels, { box, resize, steps, blur }) {
  const cropped = resizedCrop(pixels, box, resize);
  const colored = steps.length > 0 ? adjustColors(cropped, steps) : cropped;
  return normalizeChannels(blur ? gaussianBlur(colored, blur) : colored, mean, deviation);
}

function drawBox(height, width, uniform, smallest, largest) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * (smallest + (largest - smallest) * uniform());
    const aspect = Math.exp(Math.log(4 / 3) * (2 * uniform() - 1));
    const [w, h] = [Math.round(Math.sqrt(area * aspect)), Math.round(Math.sqrt(area / aspect))];
    if (w >= 1 && h >= 1 && w <= width && h <= height) {
      return {
        top: Math.floor(uniform() * (height - h + 1)),
        left: Math.floor(uniform() * (width - w + 1)),
        height: h,
        width: w,
      };
    }
  }
  const side = Math.min(height, width);
  return { top: (height - side) >> 1, left: (width - side) >> 1, height: side, width: side };
}

function drawJitter(uniform) {
  const factor = () => 0.2 + 1.6 * uniform();
  const steps = [
    { kind: 'brightness', factor: factor() },
    { kind: 'contrast', factor: factor(), mean: 'luma' },
    { kind: 'saturation', factor: factor() },
    { kind: 'hue', turns: 0.4 * uniform() - 0.2 },
  ];
  for (let i = 3; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1));
    [steps[i], steps[j]] = [steps[j], steps[i]];
  }
  return steps;
}
