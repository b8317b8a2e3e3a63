import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop, solarize } from '@viewforge/augment';
import { definePlan, range, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { type Crops, checkPatches, cropFields, scaleField } from './crops.ts';

const globalScale =
  'Area of a global crop is drawn from here; [0.4, 1] when left out, and [0.14, 1] where there are no local crops.';

/**
 * The multi-crop views of DINO: two large bicubic crops of the role "global" and eight small ones of the role "local"; images
 * [3, size, size] in [0, 1]. Flip, color jitter and gray are the same for all; global 0 is always blurred, later globals one time in
 * ten and solarized one time in five, locals are blurred one time in two.
 */
export const dino = definePlan({
  name: 'dino',
  summary: 'Make the global and local crops of DINO.',
  reference: 'https://arxiv.org/abs/2104.14294',
  options: z.object({
    ...cropFields({ count: 8, scaleRange: [0.05, 0.4] }),
    globalScaleRange: range({ ...scaleField, default: [0.4, 1], doc: globalScale })
      .unwrap()
      .optional()
      .describe(globalScale)
      .meta({ unit: scaleField.unit }),
  }),
  groups: ({ globalCount, globalSize, globalScaleRange, localCount, localSize, localScaleRange, patch }) => {
    const scaleRange = globalScaleRange ?? ([localCount > 0 ? 0.4 : 0.14, 1] as const);
    const global = { count: globalCount, size: globalSize, scaleRange };
    const local = { count: localCount, size: localSize, scaleRange: localScaleRange };
    checkPatches('dino', patch, { global, local });
    return [
      { role: 'global', from: 0, count: 1, augment: recipe(global, { blur: 1, solarize: 0 }) },
      { role: 'global', from: 1, count: globalCount - 1, augment: recipe(global, { blur: 0.1, solarize: 0.2 }) },
      { role: 'local', count: localCount, augment: recipe(local, { blur: 0.5, solarize: 0 }) },
    ];
  },
});

function recipe({ size, scaleRange }: Crops, probability: { readonly blur: number; readonly solarize: number }) {
  return sequence(
    randomResizedCrop({ size, scaleRange, interpolation: 'bicubic' }),
    sometimes(0.5, horizontalFlip()),
    sometimes(0.8, colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 })),
    sometimes(0.2, grayscale()),
    sometimes(probability.blur, gaussianBlur({ kernel: 'auto' })),
    sometimes(probability.solarize, solarize()),
  );
}
