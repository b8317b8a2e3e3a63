import { number } from '@viewforge/core';

/** The option that says how depths are stored. */
export const farthestField = number({
  default: 10,
  min: 0.001,
  max: 100_000,
  unit: 'meters',
  doc: 'Depth that an intensity of 1 stands for.',
});
