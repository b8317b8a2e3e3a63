import { choice, number } from '@viewforge/core';

/** The options of every part that moves an image within its frame. */
export function warpOptions() {
  return {
    interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear', doc: 'How values between pixels are found.' }),
    fill: number({
      default: 0,
      min: 0,
      max: 1,
      unit: 'intensity',
      doc: 'What is seen where the image has moved away, in every channel.',
    }),
  };
}
