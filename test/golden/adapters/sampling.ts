import { randomResizedCrop } from '@viewforge/augment';
import { createRandom } from '@viewforge/random';
import type { Adapter, Outcome } from './outcome.ts';

/** What the distribution of one quantity looks like. */
interface Statistics {
  readonly mean: number;
  readonly std: number;
  /** By probability, as text. */
  readonly quantiles: Readonly<Record<string, number>>;
}

/** Samplers by `fn`: distributions, compared as the file says in words. */
export const samplingAdapters: Readonly<Record<string, Adapter>> = {
  random_resized_crop_stats({ params, outputs }) {
    const [h, w, samples] = [Number(params['height']), Number(params['width']), Number(params['samples'])];
    const part = randomResizedCrop({
      scaleRange: params['scale'] as [number, number],
      ratioRange: params['ratio'] as [number, number],
    });
    const random = createRandom('golden');
    const boxes = Array.from({ length: samples }, (_, i) => part.draw([3, h, w], random.fork(i), { epoch: 0, fraction: 0 }));
    const quantities = {
      area_fraction: boxes.map(({ height, width }) => (height * width) / (h * w)),
      log_ratio: boxes.map(({ height, width }) => Math.log(width / height)),
      center_x: boxes.map(({ left, width }) => (left + width / 2) / w),
      center_y: boxes.map(({ top, height }) => (top + height / 2) / h),
    };
    return Object.entries(quantities).flatMap(([name, drawn]) => judge(name, drawn, outputs[name] as Statistics));
  },
};

function judge(name: string, drawn: readonly number[], { mean, std, quantiles }: Statistics): Outcome[] {
  const sorted = Float64Array.from(drawn).sort();
  const own = drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
  const probabilities = Object.keys(quantiles);
  const range = Math.max(...Object.values(quantiles)) - Math.min(...Object.values(quantiles));
  const outcome = (what: string, actual: number, expected: number, allowed: number): Outcome => ({
    what: `${what} of ${name}`,
    error: Math.abs(actual - expected),
    allowed,
    judged: true,
  });
  return [
    outcome('mean', own, mean, (5 * std) / Math.sqrt(drawn.length)),
    ...probabilities.map((p) => outcome(`quantile ${p}`, quantileOf(sorted, Number(p)), quantiles[p]!, 0.02 * range)),
  ];
}

/** Between the two nearest ranks by linear interpolation. */
function quantileOf(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}
