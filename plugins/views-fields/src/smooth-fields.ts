import { type AxisTable, resamplePlanes } from '@viewforge/kernels';
import type { Random } from '@viewforge/random';

/** Smooth periodic fields: a window [height, width] of a period [rows, columns], correlated over `length` pixels. */
export interface SmoothPeriod {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  readonly length: number;
  /** Whether the constant wave is left out. */
  readonly zeroMean: boolean;
}

/** One field of several: its deviation, and the stream that its waves are drawn from. */
export interface FieldDraw {
  readonly deviation: number;
  readonly random: Random;
}

/** Waves with less than this amplitude, of 1 for the constant one, are left out. */
const smallestAmplitude = 1e-5;

/**
 * Fields [n, height, width] of the covariance deviation² exp(-r² / (2 length²)), one a draw, as sums of products of waves along both axes
 * with normal amplitudes: in this basis white noise is white as well, and the Gaussian filter is a factor a wave. Each product of
 * waves is one normal draw, those along y in the outer order.
 */
export function smoothFields(period: SmoothPeriod, draws: readonly FieldDraw[]): Float32Array {
  const { height, width, zeroMean } = period;
  const down = wavesOf(period.rows, height, period.length);
  const across = wavesOf(period.columns, width, period.length);
  const power = down.power * across.power - (zeroMean ? 1 : 0);
  const planes = { count: draws.length, height: down.amplitudes.length, width: across.amplitudes.length };
  const amplitudes = new Float32Array(planes.count * planes.height * planes.width);
  let i = 0;
  for (const { deviation, random } of draws) {
    const scale = power > 0 ? deviation / Math.sqrt(power) : 0;
    for (const [a, high] of down.amplitudes.entries()) {
      for (const [b, wide] of across.amplitudes.entries()) {
        const left = zeroMean && a === 0 && b === 0 ? 0 : high * wide * scale;
        amplitudes[i++] = random.normal(0, 1) * left;
      }
    }
  }
  const limits = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return resamplePlanes(amplitudes, planes, { vertical: down.table, horizontal: across.table, ...limits });
}

/** The waves of one axis: 1, then root 2 cosine and sine of each frequency (at half a cycle a pixel only the cosine, unscaled). */
interface Waves {
  /** What the filter leaves of each. */
  readonly amplitudes: readonly number[];
  /** Sum of the squared amplitudes. */
  readonly power: number;
  /** Value of every wave at each pixel of the window. */
  readonly table: AxisTable;
}

function wavesOf(period: number, window: number, length: number): Waves {
  const amplitudes: number[] = [];
  const waves: ((i: number) => number)[] = [];
  for (let k = 0; 2 * k <= period; k++) {
    const amplitude = Math.exp(-((Math.PI * length * k) ** 2) / period ** 2);
    if (amplitude < smallestAmplitude) break;
    const paired = k > 0 && 2 * k < period;
    for (const wave of paired ? [Math.cos, Math.sin] : [Math.cos]) {
      amplitudes.push(amplitude);
      waves.push((i) => (paired ? Math.SQRT2 : 1) * wave((2 * Math.PI * ((k * i) % period)) / period));
    }
  }
  const taps = waves.length;
  const weights = Float32Array.from({ length: window * taps }, (_, at) => waves[at % taps]!(Math.floor(at / taps)));
  const power = amplitudes.reduce((sum, amplitude) => sum + amplitude * amplitude, 0);
  return { amplitudes, power, table: { count: window, taps, starts: new Int32Array(window), weights } };
}
