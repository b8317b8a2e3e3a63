import { createRandom, type Random } from '@viewforge/random';
import { advance, followed, type Grid, movedBy, readGrid } from './control-grid.ts';
import { type DisplacementField, holdTopology } from './hold-topology.ts';

/** A smooth deformation, grown step by step from noise on several scales. */
export interface DeformationField {
  readonly seed: number;
  /** Diffusion steps, >= 0; 0 is the identity. */
  readonly level: number;
  /** Deviation of one velocity at the finest scale, as a share of the side of the image; 0 is the identity. */
  readonly velocity: number;
  /** Deviation of the drift, a second velocity that the first one is moved by, as a share of `velocity`. 0 is none. */
  readonly drift: number;
  /** How often the velocity is followed: as the diffusion does, or as often as a network is asked to take back. */
  readonly flow: 'full' | 'recoverable';
  /** Displacements as the geometry wants them, or times side / 128 of it, as the published code has them. */
  readonly rescale: 'geometry' | 'public';
}

/** Control points along each axis of the grid, whose central half covers the image. */
const gridSize = 64;
/** Sides of the noise of each scale. */
const scales = [64, 32, 16, 8] as const;

/**
 * A multi-scale deformation of an image [h, w]: a velocity of normal noise at four scales is followed `integrationSteps` times on a
 * control grid, whose middle is stretched over the image. A field that folds at one pixel in a hundred or more is drawn again at
 * half the velocity, up to five times. An image and its mask warped by the same field stay aligned.
 */
export function deformationField(height: number, width: number, options: DeformationField): DisplacementField {
  const { seed, level, velocity, drift, flow, rescale } = options;
  const steps = integrationSteps(level)[flow];
  const random = createRandom(seed);
  return holdTopology(height, width, (halvings) => {
    if (steps === 0 || velocity === 0) return new Float32Array(2 * height * width);
    const stream = random.fork(halvings);
    const amount = velocity * 0.5 ** halvings;
    const base = drawVelocity(stream, amount);
    const moved =
      drift === 0 || flow === 'recoverable' ? base : advance(drawVelocity(stream, amount * drift), base, movedBy(base));
    return stretched(followed(moved, steps), height, width, rescale);
  });
}

/** How often a velocity is followed at a level: floor(2 level^1.3 / 3) times from 1 to 200, and floor(level^0.6) where it is to be recovered. */
export function integrationSteps(level: number): { readonly full: number; readonly recoverable: number } {
  if (level === 0) return { full: 0, recoverable: 0 };
  return {
    full: Math.min(200, Math.max(1, Math.floor((2 * level ** 1.3) / 3))),
    recoverable: Math.floor(level ** 0.6),
  };
}

/** Normal noise of every scale, the coarser the larger, added up on the control grid, in control points. */
function drawVelocity(random: Random, velocity: number): Grid {
  const data = new Float32Array(2 * gridSize ** 2);
  for (const size of scales) {
    const deviation = velocity * (gridSize / size) * gridSize;
    const noise = Float32Array.from({ length: 2 * size * size }, () => random.normal(0, deviation));
    const positions = Array.from({ length: gridSize }, (_, i) => ((i + 0.5) * size) / gridSize - 0.5);
    const resized = readGrid({ size, data: noise }, positions, positions);
    for (let i = 0; i < data.length; i++) data[i] = data[i]! + resized[i]!;
  }
  return { size: gridSize, data };
}

/** The central half of the control grid over the image, in pixels. */
function stretched(grid: Grid, height: number, width: number, rescale: DeformationField['rescale']): Float32Array {
  const positions = (side: number) =>
    Array.from({ length: side }, (_, i) => ((i + 0.5) * gridSize) / (2 * side) + gridSize / 4 - 0.5);
  // a share of the grid is twice that share of the image; the published code takes side / 64 in place of 2
  const pixels = (side: number) => (side / gridSize) * (rescale === 'geometry' ? 2 : side / gridSize);
  const field = readGrid(grid, positions(height), positions(width));
  const [down, across] = [pixels(height), pixels(width)];
  for (let i = 0; i < field.length; i++) field[i] = field[i]! * (2 * i < field.length ? down : across);
  return field;
}
