import { choice, type ContrastBatch, countKeys, defineLoss, type LossGradients, type LossReport } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { checkBatch } from './check-batch.ts';
import { differentiateContrast, measureContrast } from './contrast.ts';
import type { ContrastForm } from './define-contrast-loss.ts';
import { ofLearningBlocks } from './learning-blocks.ts';
import { entropyRule } from './row-entropy.ts';
import { swapSides } from './swap-sides.ts';
import { temperatureOption } from './temperature.ts';

/**
 * Half the mean over queries that tell their key from the other keys, and half the mean over keys that tell their query from the other
 * queries: `infoNce` along the rows and along the columns of one matrix of similarities (CLIP). Made for pairs; with other targets the keys that
 * belong to a query take part, by the targets of their column, and extras are negatives of queries only. Weights of queries weigh the
 * keys that belong to them alike.
 *
 * The value is a mean over two kinds of rows: `perQuery` is empty, and shards cannot be combined. Parts are means of both directions of those
 * of `infoNce`, but for the counts, and `forward` and `backward`, their values. `scaleGradient` is d(value) / d(theta) for logits e^theta times the
 * similarity, theta = ln(1 / temperature), for those who learn theta; CLIP keeps e^theta below 100. Edges and errors are those of `infoNce`.
 */
export const twoSidedInfoNce = defineLoss({
  name: 'two-sided-info-nce',
  summary: 'Tell each query its key from all keys, and each key its query from all queries (CLIP).',
  reference: 'https://arxiv.org/abs/2103.00020',
  options: z.object({
    temperature: temperatureOption(0.07, 'Similarities are divided by it; where CLIP begins to learn it.'),
    similarity: choice(['cosine', 'dot'], {
      default: 'cosine',
      doc: 'Compare directions, or take the rows as they are given.',
    }),
  }),
  measure(batch, options) {
    const form = formOf(options);
    checkBatch(batch, where);
    return joinReports(measureContrast(batch, form, where), measureContrast(swapSides(batch), form, where));
  },
  differentiate(batch, options) {
    const form = formOf(options);
    checkBatch(batch, where);
    return joinGradients(batch, differentiateContrast(batch, form, where), differentiateContrast(swapSides(batch), form, where));
  },
});

const where = 'two-sided-info-nce';

function formOf(options: Pick<ContrastForm, 'temperature' | 'similarity'>): ContrastForm {
  return { ...options, rule: () => entropyRule('each') };
}

function joinReports(there: LossReport, back: LossReport): LossReport {
  const means = Object.entries(there.parts).map(([name, part]) => [name, (part + back.parts[name]!) / 2] as const);
  const { queries, zeroRows } = there.parts;
  return {
    value: (there.value + back.value) / 2,
    perQuery: new Float64Array(),
    parts: {
      forward: there.value,
      backward: back.value,
      ...Object.fromEntries(means),
      queries: queries!,
      zeroRows: zeroRows!,
    },
  };
}

function joinGradients(batch: ContrastBatch, there: LossGradients, back: LossGradients): LossGradients {
  const { gradients } = there;
  const turned = values(back.gradients.queries!);
  const keyGradients = ofLearningBlocks(batch, (block, b) => {
    const [rows, d] = block.shape as [number, number];
    const first = countKeys({ keys: batch.keys.slice(0, b) });
    return half(gradients.keys![b]!, turned.subarray(first * d, (first + rows) * d));
  });
  return {
    ...joinReports(there, back),
    gradients: {
      queries: half(gradients.queries!, values(back.gradients.keys![0]!)),
      keys: keyGradients,
      ...(gradients.extras && { extras: half(gradients.extras, undefined) }),
    },
  };
}

/** Half of a gradient and of another of the same rows, in the element type of the first. */
function half(one: Features, other: ArrayLike<number> | undefined): Features {
  return tensor(
    values(one).map((each, i) => (each + (other?.[i] ?? 0)) / 2),
    one.shape,
  );
}
