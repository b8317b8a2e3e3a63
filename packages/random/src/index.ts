export { choose, permutation } from './choose.ts';
export { beta, dirichlet, gamma } from './distributions.ts';
export { createRandom, type Random, seedOf } from './random.ts';
export { threefry2x32 } from './threefry.ts';
