import { type AxisTable, allocate, resamplePlanes } from '@viewforge/kernels';
import { type Image, image, values } from '@viewforge/tensor';
import { planesOf } from './planes-of.ts';

/**
 * The lowest frequencies of an image [c, h, w] as an image [c, band, band]: of the spectrum of each channel the rows and columns
 * 0 .. band/2 - 1 and h - band/2 .. h - 1 are kept, scaled by (band/h)(band/w), and the real part of the inverse is taken. An odd band
 * counts as the even one below; an axis no longer than the band stays as it is. Sharp edges ring: the result may leave [0, 1] and is
 * not clamped. Throws RangeError for a band below 2 or no whole number.
 *
 * Each axis is a product with a matrix that knows left from right only by a sign, so sums and differences of mirrored pixels
 * make mirrored results at half the work.
 */
export function fourierCrop(input: Image, band: number): Image {
  if (!Number.isInteger(band) || band < 2) {
    throw new RangeError(`fourierCrop: expected a band of whole pixels >= 2, got ${band}`);
  }
  const { count, height, width } = planesOf(input);
  const down = axisOf(height, band);
  const across = axisOf(width, band);
  const from = allocate(count * height * width);
  from.set(values(input));
  if (down.cut) mirrorRows(from, height, width);
  if (across.cut) mirrorColumns(from, width);
  const tables = {
    vertical: down.table,
    horizontal: across.table,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  const to = resamplePlanes(from, { count, height, width }, tables);
  if (down.cut && across.cut)
    for (let c = 0; c < count; c++) subtractHalfFrequency(planeOf(from, c, count), planeOf(to, c, count), down, across);
  if (down.cut) mirrorRows(to, down.made, across.made);
  if (across.cut) mirrorColumns(to, across.made);
  return image(to, count, down.made, across.made);
}

/** One axis of n pixels that become `made`, as they are or cut to a band. */
interface Axis {
  readonly n: number;
  readonly made: number;
  readonly cut: boolean;
  readonly table: AxisTable;
}

function axisOf(n: number, band: number): Axis {
  if (n > band) return cutAxis(n, 2 * Math.floor(band / 2));
  const table = { count: n, taps: 1, starts: Int32Array.from({ length: n }, (_, i) => i), weights: new Float32Array(n).fill(1) };
  return { n, made: n, cut: false, table };
}

/**
 * Output p of the cut is the sum over j of D(p / band - j / n) x_j, with an even D. On sums x_j + x_(n - j), at j, and differences
 * x_j - x_(n - j), at n - j, this is a block of sums of D and one of differences; the first makes y_p + y_(band - p), the other y_p - y_(band - p).
 */
function cutAxis(n: number, band: number): Axis {
  const taps = Math.floor(n / 2) + 1;
  const starts = Int32Array.from({ length: band }, (_, i) => (2 * i <= band ? 0 : n - taps));
  const weights = new Float32Array(band * taps);
  for (let p = 0; 2 * p <= band; p++) {
    for (let j = 0; j < taps; j++) {
      const near = lowPass(n, band, p * n - j * band);
      const far = lowPass(n, band, p * n + j * band);
      weights[p * taps + j] = (near + far) / 2;
      const paired = p > 0 && 2 * p < band && j > 0 && 2 * j < n;
      if (paired) weights[(band - p) * taps + taps - j] = (near - far) / 2;
    }
  }
  return { n, made: band, cut: true, table: { count: band, taps, starts, weights } };
}

/**
 * D(t) = sum over |k| <= band/2 of exp(2 pi i k t) / n, the two half frequencies counted half each, at t = difference / (band n):
 * sin(band pi t) cot(pi t) / n.
 */
function lowPass(n: number, band: number, difference: number): number {
  if (difference % (band * n) === 0) return band / n;
  return Math.sin((Math.PI * (difference % (2 * n))) / n) / Math.tan((Math.PI * difference) / (band * n)) / n;
}

/** In place: pixels j and n - j of each column become their sum and their difference, as do results from a sum and a difference. */
function mirrorRows(data: Float32Array, n: number, width: number): void {
  for (let plane = 0; plane < data.length; plane += n * width) {
    for (let j = 1; 2 * j < n; j++) {
      for (let a = plane + j * width, b = plane + (n - j) * width, end = a + width; a < end; a++, b++)
        sumAndDifference(data, a, b);
    }
  }
}

/** In place: the same along each row of n pixels. */
function mirrorColumns(data: Float32Array, n: number): void {
  for (let row = 0; row < data.length; row += n) for (let j = 1; 2 * j < n; j++) sumAndDifference(data, row + j, row + n - j);
}

function sumAndDifference(data: Float32Array, a: number, b: number): void {
  const first = data[a]!;
  const second = data[b]!;
  data[a] = first + second;
  data[b] = first - second;
}

/**
 * In place: what the real part of a product of two axes has less than the product of their real parts. Only the half frequency, kept
 * without its mirror image, has an imaginary part, sin(pi j band / n): it lives on the differences alone, and makes one
 * checkerboard on the sums.
 */
function subtractHalfFrequency(from: Float32Array, to: Float32Array, down: Axis, across: Axis): void {
  const [high, wide] = [halfFrequency(down), halfFrequency(across)];
  let amount = 0;
  for (let y = Math.floor(down.n / 2) + 1; y < down.n; y++) {
    let row = 0;
    for (let x = Math.floor(across.n / 2) + 1; x < across.n; x++) row += from[y * across.n + x]! * wide[x]!;
    amount += row * high[y]!;
  }
  for (let p = 0; 2 * p <= down.made; p++) {
    for (let q = 0; 2 * q <= across.made; q++) to[p * across.made + q]! -= (p + q) % 2 === 0 ? amount : -amount;
  }
}

function halfFrequency({ n, made }: Axis): Float64Array {
  return Float64Array.from({ length: n }, (_, j) => Math.sin((Math.PI * ((j * made) % (2 * n))) / n) / n);
}

function planeOf(data: Float32Array, c: number, count: number): Float32Array {
  const size = data.length / count;
  return data.subarray(c * size, (c + 1) * size);
}
