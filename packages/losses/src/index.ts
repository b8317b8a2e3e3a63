import { definePlugin } from '@viewforge/core';
import { infoNce } from './info-nce.ts';
import { ntXent } from './nt-xent.ts';

export { infoNce, ntXent };

/** The built-in losses. */
export const plugin = definePlugin({
  name: 'losses',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [infoNce, ntXent],
});
