import { definePlugin } from '@viewforge/core';
import { mocoV1 } from './moco-v1.ts';
import { mocoV2 } from './moco-v2.ts';
import { mocoV3 } from './moco-v3.ts';

export { mocoV1, mocoV2, mocoV3 };

/** The view recipes of MoCo v1, v2 and v3. */
export const plugin = definePlugin({
  name: 'views-moco',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [mocoV1, mocoV2, mocoV3],
});
