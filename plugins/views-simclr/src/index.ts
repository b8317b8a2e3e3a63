import { definePlugin } from '@viewforge/core';
import { adainf } from './adainf.ts';
import { inceptionCrop } from './inception-crop.ts';
import { simclr } from './simclr.ts';

export { adainf, inceptionCrop, simclr };

/** The view recipes of SimCLR, its weaker variants for inflated data, and their control. */
export const plugin = definePlugin({
  name: 'views-simclr',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [adainf, inceptionCrop, simclr],
});
