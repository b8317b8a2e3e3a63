import { colorJitter, gaussianBlur, grayscale, horizontalFlip, randomResizedCrop } from '@viewforge/augment';
import { definePlan, range, sequence, sometimes } from '@viewforge/core';
import { z } from 'zod';
import { type Crops, checkPatches, cropFields, scaleField } from './crops.ts';

/**
 * The multi-crop views of SwAV: two large crops of the role "global" and six small ones of the role "local", all by one recipe of
 * crop, flip, color jitter, gray and blur; images [3, size, size] in [0, 1]. Defaults are those of the longest published training;
 * `swav({ localCount: 0 })` is what the published program does when nothing is said.
 */
export const swav = definePlan({
  name: 'swav',
  summary: 'Make the global and local crops of SwAV.',
  reference: 'https://arxiv.org/abs/2006.09882',
  options: z.object({
    ...cropFields({ count: 6, scaleRange: [0.05, 0.14] }),
    globalScaleRange: range({ ...scaleField, default: [0.14, 1], doc: 'Area of a global crop is drawn from here.' }),
  }),
  groups: ({ globalCount, globalSize, globalScaleRange, localCount, localSize, localScaleRange, patch }) => {
    const global = { count: globalCount, size: globalSize, scaleRange: globalScaleRange };
    const local = { count: localCount, size: localSize, scaleRange: localScaleRange };
    checkPatches('swav', patch, { global, local });
    return [
      { role: 'global', count: globalCount, augment: recipe(global) },
      { role: 'local', count: localCount, augment: recipe(local) },
    ];
  },
});

/** Mean and deviation of each channel that SwAV's code normalizes with; its red deviation is not the usual 0.229. */
export const swavNormalization = Object.freeze({ mean: [0.485, 0.456, 0.406], deviation: [0.228, 0.224, 0.225] } as const);

function recipe({ size, scaleRange }: Crops) {
  return sequence(
    randomResizedCrop({ size, scaleRange }),
    sometimes(0.5, horizontalFlip()),
    sometimes(0.8, colorJitter({ brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2 })),
    sometimes(0.2, grayscale()),
    sometimes(0.5, gaussianBlur({ kernel: 'auto' })),
  );
}
