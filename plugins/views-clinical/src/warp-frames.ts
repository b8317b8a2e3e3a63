import { type AffineMap, type AffineMatrix, affineMatrix, warpAffine } from '@viewforge/image';
import type { Random } from '@viewforge/random';
import type { Image } from '@viewforge/tensor';

/**
 * Draws the affine map that all frames of a short video go through, for frames of this shape [c, h, w]: up to 5 degrees to either
 * side, up to a fifth larger, moved by up to a tenth of the sides.
 */
export function drawFrameWarp([, h, w]: readonly number[], random: Random): AffineMap {
  const degrees = random.uniform(-5, 5);
  const scale = random.uniform(1, 1.2);
  const right = random.uniform(-0.1, 0.1) * w!;
  return { degrees, scale, translate: [right, random.uniform(-0.1, 0.1) * h!], shear: [0, 0] };
}

/** All frames [c, h, w] through the same map, so that what moves between them still moves alike; black comes in at the edges. */
export function warpFrames(frames: readonly Image[], map: AffineMap): Image[] {
  return frames.map((frame) => warpAffine(frame, { matrix: affineMatrix(map), interpolation: 'bilinear' }));
}

/** What a network predicts for a warped frame, such as its depth [1, h, w], back in the place of the frame before: the inverse map. */
export function unwarpFrame(predicted: Image, map: AffineMap): Image {
  return warpAffine(predicted, { matrix: inverse(affineMatrix(map)), interpolation: 'bilinear' });
}

function inverse([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const determinant = a * e - b * d;
  const [p, q, r, s] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [p, q, -(p * c + q * f), r, s, -(r * c + s * f)];
}
