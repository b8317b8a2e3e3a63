import {
  binarizeMask,
  cutRegion,
  frequencyGrid,
  lowFrequencyImage,
  mixRows,
  pasteRegion,
  type Spectrum,
  shareOutside,
} from '@viewforge/mix-inputs';
import { values } from '@viewforge/tensor';
import {
  type GoldenArray,
  type GoldenCase,
  type GoldenFamily,
  goldenNumber,
  goldenNumbers,
  goldenTensor,
} from '@viewforge/testkit';
import { type Adapter, compare, float64Tolerance, largest, type Outcome } from './outcome.ts';

/** Mixers of inputs by `fn`. Masks, boxes and labels are exact; values are held to the tolerance of float64. */
export const mixingAdapters: Readonly<Record<string, Adapter>> = {
  fmix_mask: maskAdapter('public'),
  fmix_mask_paper: maskAdapter('paper'),
  mixup(golden, { family }) {
    const partners = listOf(golden.inputs['perm']);
    const mixed = mixRows(goldenTensor(golden.inputs['x']!, 'float64'), partners, [Number(golden.params['lam'])]);
    return [numbers('x', values(mixed), golden, family), compare('labels_b', partners, listOf(golden.outputs['labels_b']), 0)];
  },
  cutmix(golden, { family }) {
    const x = goldenTensor(golden.inputs['x']!, 'float64');
    const size = { h: x.shape[2]!, w: x.shape[3]! };
    const partners = listOf(golden.inputs['perm']);
    const region = cutRegion(Number(golden.params['lam']), golden.params['center'] as [number, number], size);
    const box = [region.top, region.left, region.bottom, region.right];
    return [
      compare('box', box, golden.outputs['box'] as number[], 0),
      compare('lam', [shareOutside(region, size)], [goldenNumber(golden.outputs['lam'])], 1e-15),
      numbers('x', values(pasteRegion(x, partners, region)), golden, family),
      compare('labels_b', partners, listOf(golden.outputs['labels_b']), 0),
    ];
  },
};

function maskAdapter(spectrum: Spectrum): Adapter {
  return ({ inputs, params, outputs, ...golden }, { family }) => {
    const shape = inputs['shape'] as unknown as number[];
    const pairs = goldenNumbers(inputs['noise']!);
    const noise = { real: pairs.filter((_, i) => i % 2 === 0), imaginary: pairs.filter((_, i) => i % 2 === 1) };
    const gray = lowFrequencyImage(noise, shape, { decay: Number(params['decay_power']), spectrum });
    const binarizing = { weight: Number(params['lam']), up: params['round_up'] === true, softness: Number(params['max_soft']) };
    const expected = { ...golden, inputs, params, outputs };
    const frequencies = outputs['frequencies']
      ? [numbers('frequencies', frequencyGrid(shape, spectrum).frequencies, expected, family)]
      : [];
    return [
      ...frequencies,
      numbers('grey', gray, expected, family),
      compare('mask', binarizeMask(gray, binarizing), goldenNumbers(outputs['mask'] as GoldenArray), 0),
    ];
  };
}

function numbers(name: string, actual: ArrayLike<number>, { outputs }: GoldenCase, family: GoldenFamily): Outcome {
  const expected = goldenNumbers(outputs[name] as GoldenArray);
  const { relative, absolute } = float64Tolerance(family);
  return compare(name, actual, expected, relative * largest(expected) + absolute);
}

function listOf(array: unknown): number[] {
  return [...goldenNumbers(array as GoldenArray)];
}
