import { defineSampler } from '@viewforge/core';

/** Every item once, in the order of the source. */
export const sequential = defineSampler({
  name: 'sequential',
  summary: 'Take the items in the order of the source.',
  order: ({ size }) => Array.from({ length: size }, (_, index) => index),
});
