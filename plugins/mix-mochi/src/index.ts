import { definePlugin } from '@viewforge/core';

/** Mixers that make hard negatives from the hardest ones of a query. */
export const plugin = definePlugin({
  name: 'mix-mochi',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [],
});
