import { type Matrix, matrix } from './real-fourier.ts';

/** A grid of h rows and w columns whose ends meet. */
export interface Grid {
  readonly h: number;
  readonly w: number;
}

/** A function on a grid: real and imaginary values, row-major [h, w]. */
export interface ComplexField {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Shape of a Gabor function. */
interface Gabor {
  /** Width along the wave, in samples. */
  readonly deviation: number;
  /** Direction of the wave, in radians from the row axis. */
  readonly angle: number;
  /** Radians a sample; 0 for a Gaussian. */
  readonly frequency: number;
  /** Width along the wave / width across it. */
  readonly slant: number;
}

/** The low pass along one axis of `size` samples: a Gaussian around sample 0 that sums to 1 within 1e-4. */
export function lowPass(size: number, scales: number): Float64Array {
  const deviation = 0.8 * 2 ** (scales - 1);
  const result = new Float64Array(size);
  for (let x = -2 * size; x < 3 * size; x++) {
    result[(x + 2 * size) % size]! += Math.exp(-(x ** 2) / (2 * deviation ** 2)) / (Math.sqrt(2 * Math.PI) * deviation);
  }
  return result;
}

/** The Morlet wavelet of scale j in [0, scales) and an angle in radians, for `angles` directions: a wave of mean 0. */
export function morlet(grid: Grid, j: number, angle: number, angles: number): ComplexField {
  const shape = { deviation: 0.8 * 2 ** j, angle, frequency: (3 * Math.PI) / 4 / 2 ** j, slant: 4 / angles };
  const wave = gabor(grid, shape);
  const envelope = gabor(grid, { ...shape, frequency: 0 });
  const total = sum(envelope.re);
  const kappa = { re: sum(wave.re) / total, im: sum(wave.im) / total };
  return {
    re: wave.re.map((value, i) => value - kappa.re * envelope.re[i]!),
    im: wave.im.map((value, i) => value - kappa.im * envelope.re[i]!),
  };
}

/** The four parts of a wavelet's spectrum, [h, w] by frequency; with the signs of ky and kx they add up to all of it. */
export interface SpectrumParts {
  /** Even in both. */
  readonly even: Matrix;
  /** Odd in both. */
  readonly odd: Matrix;
  /** Odd in kx, even in ky. */
  readonly oddX: Matrix;
  /** Odd in ky, even in kx. */
  readonly oddY: Matrix;
}

/** The spectrum of a field that is its own conjugate mirror image (so that the spectrum is real), in four parts. */
export function spectrumParts(field: ComplexField, { h, w }: Grid): SpectrumParts {
  const spectrum = realSpectrum(field, h, w);
  const at = (ky: number, kx: number) => spectrum[((ky + h) % h) * w + ((kx + w) % w)]!;
  const part = (signX: number, signY: number, both: number) =>
    matrix(h, w, (ky, kx) => (at(ky, kx) + signX * at(ky, -kx) + signY * at(-ky, kx) + both * at(-ky, -kx)) / 4);
  return { even: part(1, 1, 1), odd: part(-1, -1, 1), oddX: part(-1, 1, -1), oddY: part(1, -1, -1) };
}

function gabor({ h, w }: Grid, { deviation, angle, frequency, slant }: Gabor): ComplexField {
  const re = new Float64Array(h * w);
  const im = new Float64Array(h * w);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const norm = slant / (2 * Math.PI * deviation ** 2);
  for (let y = -2 * h; y < 3 * h; y++) {
    for (let x = -2 * w; x < 3 * w; x++) {
      const along = y * cos + x * sin;
      const across = -y * sin + x * cos;
      const exponent = (along ** 2 + (slant * across) ** 2) / (2 * deviation ** 2);
      if (exponent > 80) continue; // e^-80 is nothing to float64
      const value = norm * Math.exp(-exponent);
      const index = ((y + 2 * h) % h) * w + ((x + 2 * w) % w);
      re[index]! += value * Math.cos(frequency * along);
      im[index]! += value * Math.sin(frequency * along);
    }
  }
  return { re, im };
}

/** Real part of the Fourier transform, rows then columns. */
function realSpectrum({ re, im }: ComplexField, h: number, w: number): Float64Array {
  const [cosX, sinX, cosY, sinY] = [turns(w, Math.cos), turns(w, Math.sin), turns(h, Math.cos), turns(h, Math.sin)];
  const result = new Float64Array(h * w);
  const column = { re: new Float64Array(h), im: new Float64Array(h) };
  for (let kx = 0; kx < w; kx++) {
    for (let y = 0; y < h; y++) {
      let [sumRe, sumIm] = [0, 0];
      for (let x = 0, turn = 0; x < w; x++, turn = (turn + kx) % w) {
        sumRe += re[y * w + x]! * cosX[turn]! + im[y * w + x]! * sinX[turn]!;
        sumIm += im[y * w + x]! * cosX[turn]! - re[y * w + x]! * sinX[turn]!;
      }
      column.re[y] = sumRe;
      column.im[y] = sumIm;
    }
    for (let ky = 0; ky < h; ky++) {
      let total = 0;
      for (let y = 0, turn = 0; y < h; y++, turn = (turn + ky) % h)
        total += column.re[y]! * cosY[turn]! + column.im[y]! * sinY[turn]!;
      result[ky * w + kx] = total;
    }
  }
  return result;
}

function turns(size: number, wave: (angle: number) => number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => wave((2 * Math.PI * i) / size));
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, value) => total + value, 0);
}
