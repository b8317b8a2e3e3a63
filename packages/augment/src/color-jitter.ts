import { choice, defineAugmenter, number } from '@viewforge/core';
import { adjustColors, type ColorStep, runSteps } from '@viewforge/image';
import { permutation, type Random } from '@viewforge/random';
import { z } from 'zod';

/**
 * Changes brightness, contrast, saturation and hue of an image [3, h, w] in random order; every change is clipped to [0, 1]
 * before the next. A strength of 0 leaves its property as it is. Params are the four
 * steps as they are applied.
 */
export const colorJitter = defineAugmenter({
  name: 'color-jitter',
  summary: 'Change brightness, contrast, saturation and hue at random.',
  reference: 'https://arxiv.org/abs/2002.05709',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    brightness: strength(0.8, 'brightness'),
    contrast: strength(0.8, 'contrast'),
    saturation: strength(0.8, 'saturation'),
    hue: number({ default: 0.2, min: 0, max: 0.5, unit: 'turns', doc: 'Hue is turned by up to this much to either side.' }),
    brightnessMode: choice(['multiplicative', 'additive'], {
      default: 'multiplicative',
      doc: 'Whether intensities are multiplied by the factor or raised by an amount in [-brightness, brightness].',
    }),
    contrastMean: choice(['luma', 'channel'], {
      default: 'luma',
      doc: 'What contrast moves pixels toward: the mean luma of the image, or each channel’s own mean.',
    }),
  }),
  draw: (_shape, options, random) => {
    const order = permutation(random, 4);
    const steps = drawSteps(options, random);
    return { steps: order.map((change) => steps[change]!) };
  },
  apply: (image, { steps }) => adjustColors(image, steps),
  fusion: { run: runSteps, steps: ({ steps }) => steps.map((step) => ({ kind: 'color', step })) },
});

interface Strengths {
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  readonly hue: number;
  readonly brightnessMode: 'multiplicative' | 'additive';
  readonly contrastMean: 'luma' | 'channel';
}

/** Brightness, contrast, saturation and hue, whose amounts are drawn in this order. */
function drawSteps(
  { brightness, contrast, saturation, hue, brightnessMode, contrastMean }: Strengths,
  random: Random,
): ColorStep[] {
  const factor = (by: number) => random.uniform(Math.max(0, 1 - by), 1 + by);
  return [
    brightnessMode === 'additive'
      ? { kind: 'brightness-by', amount: random.uniform(-brightness, brightness) }
      : { kind: 'brightness', factor: factor(brightness) },
    { kind: 'contrast', factor: factor(contrast), mean: contrastMean },
    { kind: 'saturation', factor: factor(saturation) },
    { kind: 'hue', turns: random.uniform(-hue, hue) },
  ];
}

function strength(fallback: number, of: string) {
  return number({
    default: fallback,
    min: 0,
    max: 10,
    unit: 'strength',
    doc: `Factor of ${of} is drawn from 1 - strength (at least 0) to 1 + strength.`,
  });
}
