import { defineSampler } from '@viewforge/core';
import { permutation } from '@viewforge/random';

/** Every item once, in an order drawn anew for each epoch; every order is equally likely. */
export const shuffled = defineSampler({
  name: 'shuffled',
  summary: 'Take the items in random order.',
  order: ({ size }, _options, random) => permutation(random, size),
});
