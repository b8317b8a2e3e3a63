import { uniformNoise } from '@viewforge/kernels';
import { image, values } from '@viewforge/tensor';
import { gaussianBlur, gaussianWeights } from './blur.ts';
import { crop } from './crop.ts';
import { mapImage } from './map-image.ts';
import { resize } from './resize.ts';

/** How far pixels move, and how much alike neighbors do. */
export interface Elastic {
  /** Standard deviation of a displacement along each axis, in pixels, >= 0. */
  readonly deviation: number;
  /** Standard deviation of the Gaussian that smooths the displacements, in pixels, > 0. */
  readonly smoothness: number;
  /** Names the noise: the same seed always gives the same. Any finite number. */
  readonly seed: number;
}

/** Cells of the noise to one deviation of the Gaussian; finer ones would not be seen. */
const cellsPerDeviation = 2;

/**
 * A field [2, height, width] for `warpField`, in pixels, down first, then right: even noise smoothed by a Gaussian, as in Simard et al.
 * (2003), but measured by the deviation that results, so that smoothness does not change the strength. The noise has
 * two cells to a smoothing deviation (and at least a pixel each) and is enlarged by bicubic interpolation.
 */
export function elasticField(height: number, width: number, { deviation, smoothness, seed }: Elastic): Float32Array {
  if (!(smoothness > 0)) throw new RangeError(`elasticField: expected a smoothness > 0, got ${smoothness}`);
  const cell = Math.max(1, smoothness / cellsPerDeviation);
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.round(side / cell))) as [number, number];
  const blur = { size: 2 * Math.ceil((3 * smoothness) / cell) + 1, deviation: smoothness / cell };
  const radius = (blur.size - 1) / 2; // a margin, so that no border is felt
  const noise = uniformNoise(2 * (rows + 2 * radius) * (columns + 2 * radius), seed);
  const smooth = gaussianBlur(image(noise, 2, rows + 2 * radius, columns + 2 * radius), blur);
  const inner = crop(smooth, { top: radius, left: radius, height: rows, width: columns });
  // noise in [0, 1) has the variance 1/12, and smoothing takes it by the sum of the squares of both axes' weights
  const squares = gaussianWeights(blur).reduce((sum, weight) => sum + weight ** 2, 0);
  const scale = (Math.sqrt(12) * deviation) / squares;
  const large = values(resize(inner, { height, width, interpolation: 'bicubic', antialias: true }));
  return values(mapImage(image(large, 2, height, width), (value) => (value - 0.5) * scale));
}
