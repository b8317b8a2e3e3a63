import { definePlugin } from '@viewforge/core';
import { byol } from './byol.ts';
import { inceptionCrop } from './inception-crop.ts';
import { mocoV2 } from './moco-v2.ts';
import { simclr } from './simclr.ts';

export { byol, inceptionCrop, mocoV2, simclr };

/** The view recipes of SimCLR, MoCo v2 and BYOL, and their control. */
export const plugin = definePlugin({
  name: 'views-simclr',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [byol, inceptionCrop, mocoV2, simclr],
});
