import { createRandom } from '@viewforge/random';
import { fourierTransform } from '@viewforge/tensor';
import { type FieldDraw, type SmoothPeriod, smoothFields } from './smooth-fields.ts';

/** How the values of a random field depend on each other, and how large they are. */
export interface FieldSpectrum {
  /**
   * 'gaussian': covariance deviation² exp(-r² / (2 length²)) at a distance of r pixels. 'power-law': amplitude |v|^-exponent at a
   * frequency of v cycles a pixel, held constant below one period of the longer side.
   */
  readonly spectrum: 'gaussian' | 'power-law';
  /** Pixels over which a Gaussian field changes, >= 0; 0 is white noise. Without effect on a power law. */
  readonly length: number;
  /** Standard deviation of every value over the draws, >= 0. */
  readonly deviation: number;
  /** Exponent of a power law, > 0; 1.5 when left out. */
  readonly exponent?: number;
  /** Whether the amplitude at frequency 0 is taken out, so that a period of the field has mean 0. Default: not. */
  readonly zeroMean?: boolean;
}

/** A field that is cut from a larger period. */
export interface GaussianField extends FieldSpectrum {
  /** Sides of the period as multiples of the field's, >= 1; from 2 on opposite edges know nothing of each other. Default: 1. */
  readonly padFactor?: number;
}

/** Below this a field is hardly smooth, and filtering noise costs no more than adding waves. */
const shortestSmooth = 4;
/** Lengths of a Gaussian field after which nothing of a value is left: exp(-9 / 2) is a hundredth. */
const reach = 3;

/**
 * A Gaussian random field [h, w] of mean 0, row-major: white noise on a period of padFactor times the size, filtered and cut. The
 * variance is right over the draws; a single field has a mean and a variance of its own. Smooth fields are made as a sum of waves
 * with normal amplitudes, which is the same distribution at a fraction of the work.
 */
export function gaussianField(height: number, width: number, field: GaussianField, seed: number | string): Float32Array {
  const { padFactor = 1, deviation } = field;
  const period = { height, width, rows: Math.ceil(height * padFactor), columns: Math.ceil(width * padFactor) };
  return fieldsOf(period, field, [{ deviation, random: createRandom(seed) }]);
}

/** Fields [n, h, w] of a Gaussian covariance, one a draw, whose opposite edges know nothing of each other. */
export function openFields(height: number, width: number, length: number, draws: readonly FieldDraw[]): Float32Array {
  const margin = Math.ceil(reach * length);
  return fieldsOf({ height, width, rows: height + margin, columns: width + margin }, { spectrum: 'gaussian', length }, draws);
}

type Period = Pick<SmoothPeriod, 'height' | 'width' | 'rows' | 'columns'>;

function fieldsOf(period: Period, field: Omit<FieldSpectrum, 'deviation'>, draws: readonly FieldDraw[]): Float32Array {
  const { spectrum, length, zeroMean = false } = field;
  if (draws.length === 0) return new Float32Array(0);
  if (spectrum === 'gaussian' && length >= shortestSmooth) return smoothFields({ ...period, length, zeroMean }, draws);
  const { height, width, rows, columns } = period;
  const fields = new Float32Array(draws.length * height * width);
  for (const [n, { deviation, random }] of draws.entries()) {
    const noise = Float64Array.from({ length: rows * columns }, () => random.normal(0, 1));
    const whole = filteredNoise(noise, rows, columns, { ...field, deviation });
    for (let y = 0; y < height; y++) fields.set(whole.subarray(y * columns, y * columns + width), (n * height + y) * width);
  }
  return fields;
}

/**
 * Noise [h, w] with each frequency v weighed by the amplitude A(v) of the spectrum: deviation * Re IFFT(A FFT(noise)) / sqrt(mean A²),
 * periodic along both axes. From standard normal noise every value has the deviation asked for. All zeros where no amplitude is left.
 */
export function filteredNoise(noise: Float64Array, height: number, width: number, field: FieldSpectrum): Float64Array {
  const amplitudes = amplitudesOf(height, width, field);
  const power = amplitudes.reduce((sum, amplitude) => sum + amplitude * amplitude, 0) / amplitudes.length;
  const scale = power === 0 ? 0 : field.deviation / Math.sqrt(power);
  const [real, imaginary] = [noise.slice(), new Float64Array(noise.length)];
  fourierTransform(real, imaginary, [height, width]);
  for (let i = 0; i < noise.length; i++) {
    real[i] = real[i]! * amplitudes[i]! * scale;
    imaginary[i] = imaginary[i]! * amplitudes[i]! * scale;
  }
  fourierTransform(real, imaginary, [height, width], 'inverse');
  return real;
}

function amplitudesOf(height: number, width: number, field: FieldSpectrum): Float64Array {
  const { spectrum, length, exponent = 1.5, zeroMean = false } = field;
  const lowest = 1 / Math.max(height, width);
  const amplitudes = new Float64Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    const down = Math.min(y, height - y) / height;
    for (let x = 0; x < width; x++, i++) {
      const across = Math.min(x, width - x) / width;
      const squared = down * down + across * across;
      amplitudes[i] =
        spectrum === 'gaussian'
          ? Math.exp(-Math.PI * Math.PI * length * length * squared)
          : Math.max(Math.sqrt(squared), lowest) ** -exponent;
    }
  }
  if (zeroMean) amplitudes[0] = 0;
  return amplitudes;
}
