import { choice, defineMixer, range, type ViewBatch } from '@viewforge/core';
import { permutation } from '@viewforge/random';
import { type Tensor, values } from '@viewforge/tensor';
import { z } from 'zod';
import { asType } from '../as-type.ts';
import { isFiniteRow, itemRows } from '../classes/class-rows.ts';
import { labelsOf } from './labels-of.ts';
import { stageFor, stageOptions } from './stage-options.ts';

/** How far each item goes, away from what, and where in the encoder; partners where they are the centers. */
export type ExtrapolationDraw = {
  readonly center: 'class' | 'batch' | 'partner';
  readonly amounts: readonly number[];
  readonly partners: readonly number[];
  readonly stage: number;
};

/**
 * Moves each item away from a center: c + (1 + amount) (z - c), with c the mean of its class in the batch, the mean of the batch, or
 * another item. Items stay themselves. The center of a single item is that item, so it stays. Items with NaN or an infinity count for no
 * mean and stay. Gradients flow to z and to all that the center
 * is made of. Class means need labels (error LABEL).
 */
export const extrapolation = defineMixer({
  name: 'extrapolation',
  summary: 'Move each embedding away from the mean of its class, of the batch, or from another item.',
  reference: 'https://arxiv.org/abs/1702.05538',
  mixes: 'batch',
  options: z.object({
    center: choice(['class', 'batch', 'partner'], { default: 'batch', doc: 'What items move away from.' }),
    amountRange: range({
      default: [0, 0.5],
      min: 0,
      max: 1e6,
      unit: 'distances from the center',
      doc: 'How far each item moves is drawn from here.',
    }),
    stage: stageOptions.stage,
  }),
  draw: (batch, { center, amountRange: [low, high], stage }, random, context): ExtrapolationDraw => {
    if (center === 'class') classesOf(batch); // before anything is encoded
    const n = batch.values.shape[0]!;
    const partners = center === 'partner' ? permutation(random, n) : [];
    const amounts = Array.from({ length: n }, () => random.uniform(low, high));
    return { center, amounts, partners, stage: stageFor(stage, context) };
  },
  apply: (batch, { amounts, ...drawn }: ExtrapolationDraw) => {
    const centers = averaged(batch.values, groupsOf(batch, drawn));
    const from = values(batch.values);
    const d = from.length / Math.max(1, amounts.length);
    const sums = Float64Array.from(from, (value, e) => value + amounts[Math.floor(e / d)]! * (value - centers[e]!));
    return { ...batch, values: asType(sums, batch.values) };
  },
  stageOf: ({ stage }: ExtrapolationDraw) => stage,
  pullback: (batch, { amounts, ...drawn }, gradients) => {
    if (gradients.values === undefined) return gradients;
    const g = values(gradients.values);
    const d = g.length / Math.max(1, amounts.length);
    const moved = Float64Array.from(g, (value, e) => amounts[Math.floor(e / d)]! * value);
    const toCenters = spread(moved, groupsOf(batch, drawn), d);
    const sums = Float64Array.from(g, (value, e) => value + moved[e]! - toCenters[e]!);
    return { ...gradients, values: asType(sums, gradients.values) };
  },
});

/** The rows that the center of each row is the mean of; rows of one class share their list. */
function groupsOf(batch: ViewBatch, { center, partners }: Omit<ExtrapolationDraw, 'amounts'>): readonly (readonly number[])[] {
  const n = batch.values.shape[0]!;
  if (center === 'partner') return partners.map((partner) => [partner]);
  const block = itemRows(batch.values);
  const finite = Array.from({ length: n }, (_, i) => isFiniteRow(block, i));
  const all = Array.from({ length: n }, (_, i) => i).filter((i) => finite[i]);
  if (center === 'batch') return finite.map((counts, i) => (counts ? all : [i]));
  const labels = classesOf(batch);
  const classes = new Map<number, number[]>(Array.from(labels, (label) => [label, []]));
  for (const i of all) classes.get(labels[i]!)!.push(i);
  return finite.map((counts, i) => (counts ? classes.get(labels[i]!)! : [i]));
}

function classesOf(batch: ViewBatch): Int32Array {
  return labelsOf(batch, 'extrapolation', 'another center');
}

/** The mean over each row's group. */
function averaged(tensor: Tensor, groups: readonly (readonly number[])[]): Float64Array {
  const from = values(tensor);
  const d = from.length / Math.max(1, groups.length);
  const known = new Map<readonly number[], Float64Array>();
  const means = new Float64Array(from.length);
  for (const [i, group] of groups.entries()) {
    let mean = known.get(group);
    if (mean === undefined) {
      mean = Float64Array.from({ length: d }, (_, k) => group.reduce((sum, row) => sum + from[row * d + k]!, 0) / group.length);
      known.set(group, mean);
    }
    means.set(mean, i * d);
  }
  return means;
}

/** What arrives at the rows from gradients of their centers: the transpose of `averaged`. */
function spread(gradients: Float64Array, groups: readonly (readonly number[])[], d: number): Float64Array {
  const ofGroup = new Map<readonly number[], Float64Array>();
  for (const [i, group] of groups.entries()) {
    const sum = ofGroup.get(group) ?? new Float64Array(d);
    for (let k = 0; k < d; k++) sum[k] = sum[k]! + gradients[i * d + k]! / group.length;
    ofGroup.set(group, sum);
  }
  const sums = new Float64Array(gradients.length);
  for (const [group, sum] of ofGroup)
    for (const row of group) for (let k = 0; k < d; k++) sums[row * d + k] = sums[row * d + k]! + sum[k]!;
  return sums;
}
