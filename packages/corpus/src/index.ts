import { definePlugin } from '@viewforge/core';

/** Exact search over embeddings on disk. */
export const plugin = definePlugin({
  name: 'corpus',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [],
});
