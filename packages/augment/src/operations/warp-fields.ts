import { choice } from '@viewforge/core';

/** How operations that move pixels find values, and what they show beyond the border. */
export type Warp = { readonly interpolation: 'nearest' | 'bilinear'; readonly fill: 'gray' | 'black' };

/** The options of a policy that say so. */
export function warpFields() {
  return {
    interpolation: choice(['nearest', 'bilinear'], {
      default: 'nearest',
      doc: 'How turned, leaned and moved pixels find their values.',
    }),
    fill: choice(['gray', 'black'], {
      default: 'gray',
      doc: 'What is seen where the image has moved away, and in a cutout: the level 128 of 255, or 0.',
    }),
  };
}
