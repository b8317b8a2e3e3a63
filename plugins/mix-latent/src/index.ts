import { definePlugin } from '@viewforge/core';

/** Augmentation of embeddings and hidden states. */
export const plugin = definePlugin({
  name: 'mix-latent',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [],
});
