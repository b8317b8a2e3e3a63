import { definePlugin } from '@viewforge/core';
import { bothWays } from './both-ways.ts';
import { inBatch } from './in-batch.ts';

export { bothWays, inBatch };

/** The built-in pairings. */
export const plugin = definePlugin({
  name: 'pairings',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [bothWays, inBatch],
});
