import type { AxisTable } from '@viewforge/kernels';

/** How values between pixels are found. */
export type Interpolation = 'bilinear' | 'bicubic' | 'nearest' | 'nearest-exact' | 'lanczos' | 'box' | 'hamming';

/** One axis of a resize: how many pixels become how many, and how. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly interpolation: Exclude<Interpolation, 'nearest' | 'nearest-exact'>;
  /**
   * Whether the kernel grows with the reduction, so that every input pixel counts. Without effect on an enlargement by bilinear. Lanczos, box
   * and hamming always do.
   */
  readonly antialias: boolean;
}

/**
 * The taps of one axis, for pixels whose centers lie at halves: output i looks at the input around (i + 0.5) * input / output.
 * With antialiasing the kernel is stretched by the reduction, cut off at the edges, and its weights are normalized
 * (bicubic with a = -0.5, as imaging libraries do; lanczos is the one of 3 lobes); without, the taps are 2 (bilinear) or 4 (bicubic with a = -0.75, as tensor
 * libraries do) and a tap beyond the edge counts for the edge pixel.
 */
export function axisTable(axis: Axis): AxisTable {
  return knownTable(axis, 'forward', () => makeTable(axis));
}

/** The same table with the outputs in reverse order: a flip folded into the resampling. */
export function reversedTable(axis: Axis): AxisTable {
  return knownTable(axis, 'reversed', () => reversed(axisTable(axis)));
}

/** Tables made before: crops repeat their sizes, and a table is never changed. */
const known = new Map<string, AxisTable>();
/** Taps that are kept, all tables together: 4 MiB of weights a thread. */
const mostTaps = 2 ** 20;
let tapsKept = 0;

function knownTable(axis: Axis, order: 'forward' | 'reversed', make: () => AxisTable): AxisTable {
  const key = `${axis.input} ${axis.output} ${axis.interpolation} ${axis.antialias} ${order}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const table = make();
  if (tapsKept + table.weights.length > mostTaps) {
    known.clear();
    tapsKept = 0;
  }
  known.set(key, table);
  tapsKept += table.weights.length;
  return table;
}

/** Half the width of a kernel, in pixels. */
const supports = { box: 0.5, bilinear: 1, hamming: 1, bicubic: 2, lanczos: 3 } as const;

function makeTable(axis: Axis): AxisTable {
  const { input, output, interpolation } = axis;
  const antialias = axis.antialias || (interpolation !== 'bilinear' && interpolation !== 'bicubic');
  const reach = supports[interpolation] * (antialias ? Math.max(input / output, 1) : 1);
  const taps = Math.min(input, Math.ceil(2 * reach) + 1);
  const starts = new Int32Array(output);
  const weights = new Float64Array(output * taps);
  const write = antialias ? stretchedTaps : plainTaps;
  let used = 1;
  for (let i = 0; i < output; i++) used = Math.max(used, write(axis, i, starts, weights, i * taps));
  return packed(axis, starts, weights, used);
}

function reversed({ count, taps, starts, weights }: AxisTable): AxisTable {
  const flipped = new Float32Array(weights.length);
  for (let i = 0; i < count; i++) {
    const [to, from] = [i * taps, (count - 1 - i) * taps];
    for (let k = 0; k < taps; k++) flipped[to + k] = weights[from + k]!;
  }
  return { count, taps, starts: starts.slice().reverse(), weights: flipped };
}

/** The table with `used` taps an output, each moved left where it would read beyond the end, and its weights brought to a sum of 1. */
function packed({ input, output }: Axis, starts: Int32Array, raw: Float64Array, used: number): AxisTable {
  const width = raw.length / output;
  const weights = new Float32Array(output * used);
  for (let i = 0; i < output; i++) {
    const moved = Math.max(starts[i]! + used - input, 0);
    starts[i]! -= moved;
    let total = 0;
    for (let k = 0; k < used; k++) total += raw[i * width + k]!;
    for (let k = 0; k < used - moved; k++) weights[i * used + k + moved] = raw[i * width + k]! / total;
  }
  return { count: output, taps: used, starts, weights };
}

/** Writes the start of output i, and its raw weights from `at` on; gives their number. */
function stretchedTaps(
  { input, output, interpolation }: Axis,
  i: number,
  starts: Int32Array,
  weights: Float64Array,
  at: number,
): number {
  const scale = input / output;
  const stretch = Math.max(scale, 1);
  const support = supports[interpolation] * stretch;
  const center = (i + 0.5) * scale;
  const start = Math.max(Math.trunc(center - support + 0.5), 0);
  const end = Math.min(Math.trunc(center + support + 0.5), input);
  starts[i] = start;
  for (let j = start; j < end; j++) weights[at + j - start] = weightAt((j - center + 0.5) / stretch, interpolation, -0.5);
  return end - start;
}

function plainTaps(
  { input, output, interpolation }: Axis,
  i: number,
  starts: Int32Array,
  weights: Float64Array,
  at: number,
): number {
  const position = ((i + 0.5) * input) / output - 0.5;
  const [before, count] = interpolation === 'bilinear' ? [0, 2] : [1, 4];
  const first = Math.floor(position) - before;
  const start = clampIndex(first, input);
  starts[i] = start;
  for (let j = first; j < first + count; j++)
    weights[at + clampIndex(j, input) - start]! += weightAt(j - position, interpolation, -0.75);
  return clampIndex(first + count - 1, input) - start + 1;
}

function clampIndex(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}

/** The interpolation kernel at a distance in (stretched) pixels; `a` is the slope of the cubic at 1. */
function weightAt(distance: number, interpolation: Axis['interpolation'], a: number): number {
  if (interpolation === 'box') return distance > -0.5 && distance <= 0.5 ? 1 : 0;
  const x = Math.abs(distance);
  if (interpolation === 'bilinear') return Math.max(1 - x, 0);
  if (interpolation === 'hamming') return x < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0;
  if (interpolation === 'lanczos') return x < 3 ? sinc(x) * sinc(x / 3) : 0;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}
