import { type Image, values } from '@viewforge/tensor';

/** (0.01 L)^2 and (0.03 L)^2 for intensities of range L = 1. */
const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
const [windowSize, deviation] = [11, 1.5];

/**
 * How alike two images [c, h, w] in [0, 1] are in brightness, contrast and structure (SSIM): means, variances and covariance
 * under a Gaussian window of 11 by 11 pixels with deviation 1.5, wherever it lies wholly inside, averaged over places and
 * channels. In [-1, 1], 1 for the same image. On an image narrower than 11 pixels the window is as narrow. NaN without pixels;
 * shapes must be equal. Z. Wang and others, Image quality assessment: from error visibility to structural similarity, 2004.
 */
export function structuralSimilarityOf(a: Image, b: Image): number {
  const [c, h, w] = a.shape as [number, number, number];
  if (c * h * w === 0) return Number.NaN;
  const [x, y] = [values(a), values(b)];
  const windows = [weightsOf(Math.min(h, windowSize)), weightsOf(Math.min(w, windowSize))] as const;
  let sum = 0;
  for (let channel = 0; channel < c; channel++) {
    const plane = (data: Float32Array): Float64Array => Float64Array.from(data.subarray(channel * h * w, (channel + 1) * h * w));
    sum += similarityOfPlanes(plane(x), plane(y), w, windows);
  }
  return sum / c;
}

type Windows = readonly [down: Float64Array, across: Float64Array];

function similarityOfPlanes(x: Float64Array, y: Float64Array, w: number, windows: Windows): number {
  const means = (of: (i: number) => number): Float64Array =>
    windowMeans(
      x.map((_, i) => of(i)),
      w,
      windows,
    );
  const [meanX, meanY] = [means((i) => x[i]!), means((i) => y[i]!)];
  const [xx, yy, xy] = [means((i) => x[i]! ** 2), means((i) => y[i]! ** 2), means((i) => x[i]! * y[i]!)];
  let sum = 0;
  for (let i = 0; i < meanX.length; i++) {
    const [mx, my] = [meanX[i]!, meanY[i]!];
    const variances = xx[i]! - mx * mx + yy[i]! - my * my;
    const covariance = xy[i]! - mx * my;
    sum += ((2 * mx * my + c1) * (2 * covariance + c2)) / ((mx * mx + my * my + c1) * (variances + c2)); // eq. 13
  }
  return sum / meanX.length;
}

/** Weighted means of every window that lies inside the plane: down first, then across. */
function windowMeans(plane: Float64Array, w: number, [down, across]: Windows): Float64Array {
  const h = plane.length / w;
  const [rows, columns] = [h - down.length + 1, w - across.length + 1];
  const narrow = new Float64Array(rows * w);
  for (let at = 0; at < narrow.length; at++) {
    for (let i = 0; i < down.length; i++) narrow[at]! += down[i]! * plane[at + i * w]!;
  }
  const result = new Float64Array(rows * columns);
  for (let y = 0, at = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++, at++) {
      for (let i = 0; i < across.length; i++) result[at]! += across[i]! * narrow[y * w + x + i]!;
    }
  }
  return result;
}

/** Gaussian weights around the middle of `size` pixels; they sum to 1. */
function weightsOf(size: number): Float64Array {
  const raw = Float64Array.from({ length: size }, (_, i) => Math.exp(-((i - (size - 1) / 2) ** 2) / (2 * deviation ** 2)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  return raw.map((weight) => weight / total);
}
