import {
  applyOperations,
  drawOperation,
  levelSpaces,
  type Operation,
  type OperationName,
  type Warp,
  warpFields,
} from '@viewforge/augment';
import { choice, defineAugmenter, flag, integer, number } from '@viewforge/core';
import { beta, dirichlet, type Random } from '@viewforge/random';
import type { Image } from '@viewforge/tensor';
import { z } from 'zod';
import { mixChains } from './mix-chains.ts';

/** Operations that no test of robustness has among its corruptions, and those that some have. */
const disjoint: readonly OperationName[] = [
  'autocontrast',
  'equalize',
  'posterize',
  'rotate',
  'solarize',
  'shear-x',
  'shear-y',
  'translate-x',
  'translate-y',
];
const all: readonly OperationName[] = [...disjoint, 'color', 'contrast', 'brightness', 'sharpness'];

/** Level of full strength. */
const fullLevel = 10;

/**
 * Mixes an image x [c, h, w] in [0, 1] with chains of operations on it: (1 - m) x + m (w_1 chain_1(x) + w_2 chain_2(x) + …), with
 * weights from a flat Dirichlet distribution and m from Beta(concentration, concentration). Chains give levels / 255; x itself is
 * not rounded. The loss of the paper compares the clean view with two such views of the same crop, which `cleanFirst` makes.
 */
export const augMix = defineAugmenter({
  name: 'aug-mix',
  summary: 'Mix an image with chains of operations on it.',
  reference: 'https://arxiv.org/abs/1912.02781',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    width: integer({ default: 3, min: 1, max: 16, unit: 'chains', doc: 'How many chains are mixed.' }),
    depth: integer({ default: 0, min: 0, max: 16, unit: 'operations', doc: 'Length of a chain; 0 draws 1, 2 or 3.' }),
    severity: number({ default: 3, min: 0.1, max: fullLevel, unit: 'levels', doc: 'A level of 10 is drawn from 0.1 to this.' }),
    concentration: number({
      default: 1,
      min: 0.05,
      max: 100,
      unit: 'none',
      doc: 'Of the distributions of the weights and of the share of the chains.',
    }),
    operations: choice(['disjoint', 'all'], {
      default: 'disjoint',
      doc: 'Nine that are no corruption of the usual tests of robustness, or color, contrast, brightness and sharpness as well.',
    }),
    cleanFirst: flag({
      default: false,
      doc: 'Whether view 0 stays as it is, and each other view of a group that is drawn together is mixed by itself.',
    }),
    ...warpFields(),
  }),
  draw: (shape, { interpolation, fill, cleanFirst, ...options }, random, { index = 0 }) => {
    const stream = cleanFirst ? random.fork(index) : random;
    const mixed = cleanFirst && index === 0 ? { share: 0, chains: [] } : drawChains(shape, options, stream);
    return { ...mixed, interpolation, fill };
  },
  apply: (image, { share, chains, interpolation, fill }) => mixed(image, share, chains, { interpolation, fill }),
});

/** A chain of operations and its weight. */
type Chain = { readonly weight: number; readonly operations: readonly Operation[] };

interface Chains {
  readonly width: number;
  readonly depth: number;
  readonly severity: number;
  readonly concentration: number;
  readonly operations: 'disjoint' | 'all';
}

/**
 * Weights, share of the chains, then for each chain, from a stream of its own, its length and its operations: name, level, sign.
 */
function drawChains(shape: readonly number[], options: Chains, random: Random): { share: number; chains: Chain[] } {
  const { width, depth, severity, concentration } = options;
  const names = options.operations === 'disjoint' ? disjoint : all;
  const weights = dirichlet(random, new Array<number>(width).fill(concentration));
  const share = beta(random, concentration, concentration);
  const chains = weights.map((weight, chain) => {
    const stream = random.fork(chain);
    const drawnDepth = stream.integer(1, 4);
    const operations = Array.from({ length: depth || drawnDepth }, () => {
      const name = names[stream.integer(0, names.length)]!;
      return drawOperation(name, stream.uniform(0.1, severity) / fullLevel, shape, levelSpaces.chain, stream);
    });
    return { weight, operations };
  });
  return { share, chains };
}

function mixed(image: Image, share: number, chains: readonly Chain[], warp: Warp): Image {
  if (chains.length === 0) return image;
  const ends = chains.map(({ operations }) => applyOperations(image, operations, warp));
  const weights = chains.map(({ weight }) => weight);
  return mixChains(image, ends, weights, share);
}
