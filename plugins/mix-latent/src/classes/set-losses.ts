import { ViewforgeError } from '@viewforge/core';
import type { Features } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkFinite, rowBlock } from './class-rows.ts';
import { combineLabels, type SetOperation } from './label-sets.ts';

/** A loss over scores, and its gradient. */
export interface ScoreReport {
  readonly value: number;
  /** Of the shape and in the element type of the scores. */
  readonly gradient: Features;
}

/** How far two sets of rows are apart, and the gradients of both. */
export interface PairReport {
  readonly value: number;
  readonly gradients: { readonly left: Features; readonly right: Features };
}

/**
 * Binary cross entropy, in nats, of scores [n, classes] before any sigmoid against sets of labels: the mean over items and classes of
 * -y ln s(x) - (1 - y) ln(1 - s(x)). Finite for any finite score; ln 2 where scores are 0; 0 of nothing. Throws ViewforgeError: SHAPE for
 * sets of another size, LABEL for marks other than 0 and 1, NOT_FINITE.
 */
export function labelSetLoss(scores: Features, sets: Uint8Array): ScoreReport {
  const block = rowBlock(scores, 'label-set-loss', 'scores');
  checkFinite(block, 'label-set-loss', 'scores');
  const { data } = block;
  if (sets.length !== data.length) {
    throw new ViewforgeError('SHAPE', 'label-set-loss', `expected sets of [${scores.shape}], got ${sets.length} marks`);
  }
  const wrong = sets.find((mark) => mark > 1);
  if (wrong !== undefined) throw new ViewforgeError('LABEL', 'label-set-loss', `expected marks of 0 and 1, got ${wrong}`);
  const scale = 1 / Math.max(1, data.length);
  let value = 0;
  const slopes = Float64Array.from(data, (score, at) => {
    value += scale * (Math.max(score, 0) - score * sets[at]! + Math.log1p(Math.exp(-Math.abs(score))));
    return scale * (1 / (1 + Math.exp(-score)) - sets[at]!);
  });
  return { value, gradient: asType(slopes, scores) };
}

/**
 * The mean over all numbers of (left - right)²: what two results of operations on sets that must be the same differ by, such as op(a, b)
 * and op(b, a), or two sides of a tautology. Gradients to both. Throws ViewforgeError: SHAPE where shapes differ, NOT_FINITE.
 */
export function agreementLoss(left: Features, right: Features): PairReport {
  const [a, b] = [rowBlock(left, 'agreement-loss', 'rows'), rowBlock(right, 'agreement-loss', 'rows', left.shape[1]!)];
  if (a.n !== b.n) throw new ViewforgeError('SHAPE', 'agreement-loss', `expected rows of [${left.shape}], got [${right.shape}]`);
  checkFinite(a, 'agreement-loss', 'rows');
  checkFinite(b, 'agreement-loss', 'rows');
  const scale = 1 / Math.max(1, a.data.length);
  let value = 0;
  const slopes = Float64Array.from(a.data, (each, at) => {
    const difference = each - b.data[at]!;
    value += scale * difference * difference;
    return 2 * scale * difference;
  });
  return {
    value,
    gradients: {
      left: asType(slopes, left),
      right: asType(
        slopes.map((slope) => -slope),
        right,
      ),
    },
  };
}

/** The operations on features, closed forms or networks that learned them. */
export type SetOperations = Readonly<Record<SetOperation, (a: Features, b: Features) => Features | Promise<Features>>>;

/** Two sides that are the same where operations on features are like those on sets. */
export interface Tautology {
  readonly name: 'symmetric-intersect' | 'symmetric-unite' | 'subtracted-twice' | 'put-together';
  readonly left: Features;
  readonly right: Features;
}

/**
 * What LaSO holds operations to besides labels, for rows a and b: intersection and union do not mind the order, (a \ b) \ b = a \ b, and
 * a = (a \ (b and a)) or (a and b). `agreementLoss` of the sides of each is its loss.
 */
export async function setTautologies(
  { subtract, intersect, unite }: SetOperations,
  a: Features,
  b: Features,
): Promise<Tautology[]> {
  const [both, rest] = [await intersect(a, b), await subtract(a, b)];
  const swapped = await intersect(b, a);
  return [
    { name: 'symmetric-intersect', left: both, right: swapped },
    { name: 'symmetric-unite', left: await unite(a, b), right: await unite(b, a) },
    { name: 'subtracted-twice', left: await subtract(rest, b), right: rest },
    { name: 'put-together', left: await unite(await subtract(a, swapped), both), right: a },
  ];
}

/** Scores [n, classes], before any sigmoid, of the items of pairs and of what was made of them. */
export interface PairScores {
  readonly a: Features;
  readonly b: Features;
  readonly aWithoutB: Features;
  readonly bWithoutA: Features;
  readonly both: Features;
  readonly either: Features;
}

/** The loss over all scores of pairs. */
export interface PairScoresReport {
  readonly value: number;
  readonly parts: Readonly<Record<keyof PairScores, number>>;
  readonly gradients: PairScores;
}

/**
 * The classification loss of LaSO: the sum of `labelSetLoss` over the items themselves, both differences, intersection and union, each with
 * the labels that follow from the sets [n, classes] of a and b. Throws as `labelSetLoss` and `combineLabels`.
 */
export function setClassification(scores: PairScores, a: Uint8Array, b: Uint8Array): PairScoresReport {
  const reports = {
    a: labelSetLoss(scores.a, a),
    b: labelSetLoss(scores.b, b),
    aWithoutB: labelSetLoss(scores.aWithoutB, combineLabels(a, b, 'subtract')),
    bWithoutA: labelSetLoss(scores.bWithoutA, combineLabels(b, a, 'subtract')),
    both: labelSetLoss(scores.both, combineLabels(a, b, 'intersect')),
    either: labelSetLoss(scores.either, combineLabels(a, b, 'unite')),
  };
  const each = <T>(of: (report: ScoreReport) => T) => ({
    a: of(reports.a),
    b: of(reports.b),
    aWithoutB: of(reports.aWithoutB),
    bWithoutA: of(reports.bWithoutA),
    both: of(reports.both),
    either: of(reports.either),
  });
  const parts = each(({ value }) => value);
  return { value: Object.values(parts).reduce((sum, part) => sum + part, 0), parts, gradients: each(({ gradient }) => gradient) };
}
