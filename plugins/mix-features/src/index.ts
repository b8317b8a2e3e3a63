import { definePlugin } from '@viewforge/core';

/** Mixers that move positives, negatives and queries among embeddings. */
export const plugin = definePlugin({
  name: 'mix-features',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [],
});
