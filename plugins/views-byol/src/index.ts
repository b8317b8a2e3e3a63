import { definePlugin } from '@viewforge/core';
import { byol } from './byol.ts';

export { byol };

/** The view recipe that BYOL, Barlow Twins and VICReg have in common. */
export const plugin = definePlugin({
  name: 'views-byol',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [byol],
});
