import { withKernels } from '@viewforge/losses';
import type { Features } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, goldenNumber, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, largest, type Outcome, type Surroundings } from './outcome.ts';

/** What our loss says of a case. */
export interface Said {
  readonly loss: number;
  /** By the name of the input. */
  readonly grads: Readonly<Record<string, ArrayLike<number>>>;
}

/** The numeric inputs of a case by name, in one element type. */
export type Inputs = Readonly<Record<string, Features>>;

/** The comparisons that a loss is held to: value and gradients, in float64, in float32, and in float32 by the kernels where it has some. */
export function adapterOf(say: (golden: GoldenCase, inputs: Inputs) => Said): Adapter {
  return (golden, surroundings) => [
    ...judge(say(golden, inputsOf(golden, 'float64')), golden, surroundings, 'float64'),
    ...judge(say(golden, inputsOf(golden, 'float32')), golden, surroundings, 'float32'),
    ...judge(
      withKernels(() => say(golden, inputsOf(golden, 'float32'))),
      golden,
      surroundings,
      'float32',
    ),
  ];
}

/** The numeric inputs of a case, in one element type. */
export function inputsOf(golden: GoldenCase, type: 'float64' | 'float32'): Inputs {
  const numeric = Object.entries(golden.inputs).filter(([, { dtype }]) => dtype === 'f64' || dtype === 'f32');
  return Object.fromEntries(numeric.map(([name, array]) => [name, goldenTensor(array, type)]));
}

/** How far what was said is from what the case holds. */
export function judge(
  { loss, grads }: Said,
  golden: GoldenCase,
  { family }: Surroundings,
  type: 'float64' | 'float32',
): Outcome[] {
  const { relative, absolute } = float64Tolerance(family);
  const peer = golden.peer_f32_err ?? { loss: 0, grad: 0 };
  const expected = goldenNumber(golden.outputs['loss']);
  const float32 = (size: number, error: number): number => Math.max(1e-5 * size, 8 * error);
  const allowed = type === 'float64' ? relative * Math.abs(expected) + absolute : float32(Math.abs(expected), peer.loss);
  // stated by the file in words only
  const share = ['loss_metric_learning', 'loss_supcon'].includes(family.family) ? 1e-8 : 1e-9;
  const given = Object.entries((golden.outputs['grads'] ?? {}) as Readonly<Record<string, GoldenArray>>);
  const compared = given.filter(([name]) => !golden.grads_not_compared?.includes(name));
  return [
    compare(`loss, ${type}`, [loss], [expected], allowed),
    ...compared.map(([name, array]) => {
      const wanted = goldenNumbers(array);
      const most = largest(wanted);
      const limit = type === 'float64' ? share * most + 1e-12 : float32(most, peer.grad);
      return compare(`gradient of ${name}, ${type}`, grads[name] ?? [], wanted, limit);
    }),
  ];
}

/** The temperature that a case was computed with. */
export function temperatureOf({ params }: GoldenCase): number {
  return Number(params['temperature']);
}
