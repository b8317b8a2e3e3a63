import { createRandom } from '@viewforge/random';
import { openFields } from './gaussian-field.ts';
import { type DisplacementField, holdTopology } from './hold-topology.ts';

/** An affine map whose parameters are smooth random functions of the place. */
export interface AffineField {
  readonly seed: number;
  /** Pixels over which the parameters change. */
  readonly length: number;
  /** Deviation of each parameter over the draws; 0 holds it at its identity. */
  readonly deviations: {
    /** Translation along both axes, as a share of the height and of the width. */
    readonly translation: number;
    /** Rotation in radians. */
    readonly rotation: number;
    /** Logarithm of the scale along each axis. */
    readonly scale: number;
    /** Columns to rows. */
    readonly shear: number;
  };
}

/**
 * Where each pixel p of an image [h, w] with center c looks: R(rotation) diag(exp(scale)) [[1, shear], [0, 1]] (p - c) + c + translation,
 * on vectors (row, column), every parameter a Gaussian random field of its own. A field that folds is drawn again at half the
 * strength. An image and its mask warped by the same field stay aligned.
 */
export function affineField(height: number, width: number, { seed, length, deviations }: AffineField): DisplacementField {
  const random = createRandom(seed);
  const { translation, rotation, scale, shear } = deviations;
  const each = [translation * height, translation * width, rotation, scale, scale, shear];
  return holdTopology(height, width, (halvings) => {
    const draws = each.map((deviation, i) => ({ deviation: deviation * 0.5 ** halvings, random: random.fork(halvings, i) }));
    return displacements(height, width, openFields(height, width, length, draws));
  });
}

/** Displacements [2, h, w] from six fields [6, h, w]: translation down and across, rotation, scale down and across, shear. */
function displacements(height: number, width: number, fields: Float32Array): Float32Array {
  const size = height * width;
  const [down, across, rotation, tall, wide, shear] = [0, 1, 2, 3, 4, 5].map((n) =>
    fields.subarray(n * size, (n + 1) * size),
  ) as Six;
  const field = new Float32Array(2 * size);
  for (let y = 0, i = 0; y < height; y++) {
    const row = y - (height - 1) / 2;
    for (let x = 0; x < width; x++, i++) {
      const column = x - (width - 1) / 2;
      const high = Math.exp(tall[i]!) * (row + shear[i]! * column);
      const broad = Math.exp(wide[i]!) * column;
      const cosine = Math.cos(rotation[i]!);
      const sine = Math.sin(rotation[i]!);
      field[i] = cosine * high - sine * broad + down[i]! - row;
      field[size + i] = sine * high + cosine * broad + across[i]! - column;
    }
  }
  return field;
}

type Six = [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
