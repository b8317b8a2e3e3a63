import { alignmentOf, spectrumOf, uniformityOf } from '@viewforge/metrics';
import { type GoldenArray, type GoldenCase, goldenNumber, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, largest, type Outcome } from './outcome.ts';

/** Metrics by `fn`. */
export const metricAdapters: Readonly<Record<string, Adapter>> = {
  align_uniform(golden, { family }) {
    const { relative, absolute } = float64Tolerance(family);
    const [x, y] = [goldenTensor(golden.inputs['x']!), goldenTensor(golden.inputs['y']!)];
    const said = {
      align: alignmentOf(x, y, Number(golden.params['alpha'])),
      uniform_x: uniformityOf(x, Number(golden.params['t'])),
      uniform_y: uniformityOf(y, Number(golden.params['t'])),
    };
    return numbers(golden, said, (expected) => relative * Math.abs(expected) + absolute);
  },
  effective_rank(golden, { family }) {
    const { relative, absolute } = float64Tolerance(family);
    const x = goldenTensor(golden.inputs['x']!);
    const { singularValues, rankMe, effectiveRank, participationRatio, stableRank } = spectrumOf(x);
    const centered = spectrumOf(x, { centered: true }).singularValues;
    const expected = listOf(golden, 'singular_values');
    // stated by the file in words: what is 0 up to rounding has no digits to agree on
    const isDeficient = expected.some((value) => value < 1e-12 * largest(expected));
    const allowed = (size: number): number => (isDeficient ? 1e-6 : relative * size + absolute);
    const said = {
      rankme: rankMe,
      effective_rank: effectiveRank,
      participation_ratio: participationRatio,
      stable_rank: stableRank,
    };
    return [
      ...numbers(golden, said, (value) => allowed(Math.abs(value))),
      compare('singular_values', singularValues, expected, allowed(largest(expected))),
      compare('singular_values_centered', centered, listOf(golden, 'singular_values_centered'), allowed(largest(expected))),
    ];
  },
};

function numbers(
  { outputs }: GoldenCase,
  said: Readonly<Record<string, number>>,
  allowed: (expected: number) => number,
): Outcome[] {
  return Object.entries(said).map(([name, value]) => {
    const expected = goldenNumber(outputs[name]);
    return compare(name, [value], [expected], allowed(expected));
  });
}

/** An output that may be a plain list. */
function listOf({ outputs }: GoldenCase, name: string): Float64Array {
  const output = outputs[name];
  return Array.isArray(output) ? Float64Array.from(output, Number) : goldenNumbers(output as GoldenArray);
}
