import { definePlugin } from '@viewforge/core';
import { usearchIndex } from './usearch-index.ts';

export { usearchIndex } from './usearch-index.ts';

/** An approximate index of vectors. */
export const plugin = definePlugin({
  name: 'index-usearch',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [usearchIndex],
});
