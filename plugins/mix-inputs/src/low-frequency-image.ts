import { elements, fourierTransform } from '@viewforge/tensor';

/** Whether noise is shaped as the paper of FMix says, or as its public code does it. */
export type Spectrum = 'paper' | 'public';

/** Normal noise for every frequency of `frequencyGrid`, row-major. */
export interface FourierNoise {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** What a low-frequency image is like. */
export type LowFrequencies = {
  /** Amplitudes fall as frequency to the power of minus this. */
  readonly decay: number;
  /**
   * `paper`: a complex normal number for every frequency. `public`: the published code takes the first two rows of the noise for the
   * real and imaginary part, so that detail along the last axis is limited to its two lowest frequencies.
   */
  readonly spectrum: Spectrum;
};

/** Frequencies in cycles per element, all but a mirrored half along one axis. */
export interface FrequencyGrid {
  readonly shape: readonly number[];
  readonly frequencies: Float64Array;
}

/** The frequencies that noise for an image of `shape` (one to three axes) is drawn for. */
export function frequencyGrid(shape: readonly number[], spectrum: Spectrum): FrequencyGrid {
  const axes = spectrum === 'paper' ? shape.map((n, axis) => axisOf(n, axis === shape.length - 1)) : publicAxes(shape);
  const grid = axes.map((axis) => axis.length);
  const frequencies = new Float64Array(elements(grid));
  for (let at = 0; at < frequencies.length; at++) {
    let sum = 0;
    for (let axis = axes.length - 1, rest = at; axis >= 0; rest = Math.floor(rest / grid[axis]!), axis--) {
      sum += axes[axis]![rest % grid[axis]!]! ** 2;
    }
    frequencies[at] = Math.sqrt(sum);
  }
  return { shape: grid, frequencies };
}

/** A smooth random image of `shape`, row-major, brought to [0, 1]; zeros where it would be of one value. */
export function lowFrequencyImage(noise: FourierNoise, shape: readonly number[], options: LowFrequencies): Float64Array {
  const grid = frequencyGrid(shape, options.spectrum);
  const least = 1 / Math.max(...shape);
  const scale = grid.frequencies.map((frequency) => 1 / Math.max(frequency, least) ** options.decay);
  const half = options.spectrum === 'paper' ? paperHalf(noise, grid.shape, scale) : publicHalf(noise, grid.shape, scale);
  const real = new Float64Array(elements(shape));
  const imaginary = new Float64Array(elements(shape));
  spread(half, shape, real, imaginary);
  fourierTransform(real, imaginary, shape, 'inverse');
  return toUnit(real);
}

/** Half of a spectrum: complex numbers, row-major; the last axis ends at the highest frequency it has. */
interface HalfSpectrum extends FourierNoise {
  readonly shape: readonly number[];
}

function paperHalf({ real, imaginary }: FourierNoise, shape: readonly number[], scale: Float64Array): HalfSpectrum {
  return { shape, real: real.map((value, i) => value * scale[i]!), imaginary: imaginary.map((value, i) => value * scale[i]!) };
}

/** Rows 0 and 1 of the noise are the parts; real and imaginary noise become the two lowest frequencies of one more axis. */
function publicHalf({ real, imaginary }: FourierNoise, [rows, ...rest]: readonly number[], scale: Float64Array): HalfSpectrum {
  const size = elements(rest);
  const rowOf = (row: number): Float64Array =>
    Float64Array.from({ length: 2 * size }, (_, i) => {
      const at = row * size + (i >> 1);
      return row < rows! ? scale[at]! * (i % 2 === 0 ? real : imaginary)[at]! : 0;
    });
  return { shape: [...rest, 2], real: rowOf(0), imaginary: rowOf(1) };
}

/** In place: puts half of a spectrum into a whole one of which only the real part of the transform is wanted; what is not there is 0. */
function spread(half: HalfSpectrum, shape: readonly number[], real: Float64Array, imaginary: Float64Array): void {
  const last = shape.length - 1;
  for (let from = 0; from < half.real.length; from++) {
    let to = 0;
    let isInside = true;
    for (let axis = last, rest = from, stride = 1; axis >= 0; axis--) {
      const index = rest % half.shape[axis]!;
      isInside &&= index < (axis === last ? Math.floor(shape[last]! / 2) + 1 : shape[axis]!);
      to += index * stride;
      stride *= shape[axis]!;
      rest = Math.floor(rest / half.shape[axis]!);
    }
    if (!isInside) continue;
    const column = from % half.shape[last]!;
    const times = column === 0 || 2 * column === shape[last] ? 1 : 2; // what is between stands for its mirror image as well
    real[to] = times * half.real[from]!;
    imaginary[to] = times * half.imaginary[from]!;
  }
}

function axisOf(n: number, isHalved: boolean): number[] {
  return Array.from({ length: isHalved ? Math.floor(n / 2) + 1 : n }, (_, k) => frequencyOf(k, n));
}

/** The second axis is halved and comes last; one of odd length keeps a frequency too many. A single axis is whole. */
function publicAxes([h, w, z]: readonly number[]): number[][] {
  const axes = [axisOf(h!, false)];
  if (z !== undefined) axes.push(axisOf(z, false));
  if (w !== undefined) axes.push(axisOf(w, false).slice(0, Math.floor(w / 2) + (w % 2 === 1 ? 2 : 1)));
  return axes;
}

function frequencyOf(k: number, n: number): number {
  return (k <= (n - 1) / 2 ? k : k - n) / n;
}

function toUnit(numbers: Float64Array): Float64Array {
  const low = numbers.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const width = numbers.reduce((most, value) => Math.max(most, value - low), 0);
  return numbers.map((value) => (width > 0 ? (value - low) / width : 0));
}
