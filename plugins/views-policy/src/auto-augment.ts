import { applyOperations, drawOperation, levelSpaces, type OperationName, warpFields } from '@viewforge/augment';
import { choice, defineAugmenter } from '@viewforge/core';
import { z } from 'zod';
import { autoAugmentPolicies } from './auto-augment-policies.ts';

/** Magnitude of full strength. */
const fullMagnitude = 9;

/**
 * Applies one of the 25 sub-policies that AutoAugment found on a data set, each as likely, to an image [c, h, w] in [0, 1]: two
 * operations, each applied with its own probability and magnitude. Results are levels / 255; where neither is applied, the image
 * as it is. Params name the sub-policy, from 0 in the paper's order.
 */
export const autoAugment = defineAugmenter({
  name: 'auto-augment',
  summary: 'Apply one of the sub-policies that AutoAugment found.',
  reference: 'https://arxiv.org/abs/1805.09501',
  accepts: 'image',
  returns: 'image',
  options: z.object({
    policy: choice(['imagenet', 'cifar10', 'svhn'], {
      default: 'imagenet',
      doc: 'The data set that the sub-policies were found on.',
    }),
    ...warpFields(),
  }),
  draw: (shape, { policy, interpolation, fill }, random) => {
    const subPolicies = autoAugmentPolicies[policy];
    const subPolicy = random.integer(0, subPolicies.length);
    const [first, p, magnitude, second, secondP, secondMagnitude] = subPolicies[subPolicy]!;
    const step = (place: number, name: OperationName, probability: number, index: number) => {
      const stream = random.fork(place);
      const isApplied = stream.chance(probability);
      const operation = drawOperation(name, index / fullMagnitude, shape, levelSpaces['sub-policy'], stream);
      return isApplied ? [operation] : [];
    };
    const operations = [...step(0, first, p, magnitude), ...step(1, second, secondP, secondMagnitude)];
    return { subPolicy, operations, interpolation, fill };
  },
  apply: (image, { operations, interpolation, fill }) => applyOperations(image, operations, { interpolation, fill }),
});
