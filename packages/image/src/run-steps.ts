import type { ColorStep, Normalization } from '@viewforge/kernels';
import type { Image, Pixels } from '@viewforge/tensor';
import { type Gaussian, gaussianBlur } from './blur.ts';
import { adjustColors } from './color.ts';
import { toFloat } from './convert.ts';
import { flipHorizontal } from './crop.ts';
import { normalizeChannels } from './normalize.ts';
import { isPixels } from './planes-of.ts';
import { type Resize, resizedCrop } from './resize.ts';
import type { Box } from './rgb-rows.ts';

/** One operation of a run: `resizedCrop`, `flipHorizontal`, a step of `adjustColors`, `gaussianBlur` or `normalizeChannels`. */
export type ImageStep =
  | { readonly kind: 'crop'; readonly box: Box; readonly resize: Resize }
  | { readonly kind: 'flip' }
  | { readonly kind: 'color'; readonly step: ColorStep }
  | { readonly kind: 'blur'; readonly gaussian: Gaussian }
  | ({ readonly kind: 'normalize' } & Normalization);

/**
 * An image, or decoded bytes, after these operations: the same bits as from one function after the other, in fewer passes over the
 * image. A flip is folded into the crop before it, neighboring color steps run together, and a normalization is folded into the color
 * steps or the blur before it. Throws what the functions throw.
 */
export function runSteps(input: Pixels | Image, steps: readonly ImageStep[]): Image {
  let value = input;
  for (let i = 0; i < steps.length; ) {
    const [made, used] = next(value, steps, i);
    value = made;
    i += used;
  }
  return isPixels(value) ? toFloat(value) : value;
}

/** The image after the step at `i` and those folded into it, and how many that were. */
function next(value: Pixels | Image, steps: readonly ImageStep[], i: number): readonly [Image, used: number] {
  const step = steps[i]!;
  const after = steps[i + 1];
  if (step.kind === 'crop') {
    const isFlipped = after?.kind === 'flip';
    return [resizedCrop(value, step.box, { ...step.resize, flip: (step.resize.flip === true) !== isFlipped }), isFlipped ? 2 : 1];
  }
  const image = isPixels(value) ? toFloat(value) : value;
  if (step.kind === 'flip') return [flipHorizontal(image), 1];
  if (step.kind === 'normalize') return [normalizeChannels(image, step.mean, step.deviation), 1];
  if (step.kind === 'blur') {
    return after?.kind === 'normalize' ? [gaussianBlur(image, step.gaussian, after), 2] : [gaussianBlur(image, step.gaussian), 1];
  }
  return colors(image, steps, i);
}

function colors(image: Image, steps: readonly ImageStep[], first: number): readonly [Image, used: number] {
  const run: ColorStep[] = [];
  for (let step = steps[first]; step?.kind === 'color'; step = steps[first + run.length]) run.push(step.step);
  const after = steps[first + run.length];
  return after?.kind === 'normalize' ? [adjustColors(image, run, after), run.length + 1] : [adjustColors(image, run), run.length];
}
