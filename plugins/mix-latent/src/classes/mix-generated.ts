import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import type { KnownRows } from './class-memory.ts';
import { gradientBlock, rowBlock } from './class-rows.ts';

/** How the share of generated features grows with the rounds of federated training. */
export type RatioSchedule =
  /** exp(rate (round - rounds)): 1 in the last of `rounds` (300), with a rate of 0.01. */
  | { readonly kind: 'exponential'; readonly rounds?: number; readonly rate?: number }
  /** 1 - 1 / (rate round + 1), with a rate of 0.01: 0 in round 0. */
  | { readonly kind: 'inverse'; readonly rate?: number }
  /** 0.5 in every round. */
  | { readonly kind: 'even' };

/** Generated rows mixed with known ones. */
export interface GeneratedMix {
  /** [n, d] in the element type of the generated rows. */
  readonly rows: Features;
  /** [n]; how much of the generated row is in each: the ratio, or 1 where nothing was known. */
  readonly ratios: Float64Array;
  /** How many rows are generated alone, because nothing was known of their class. */
  readonly unknown: number;
  /** The gradient of the generated rows from that of the mixed ones: ratio times it. None flows to the known rows. */
  pullback(gradient: Features): Features;
}

/**
 * The share of the generated feature in round `round`, from 0 on, in [0, 1]. The exponential one of a round behind the last is 1.
 * Throws ViewforgeError (OPTION) for a round below 0 or a rate that is not >= 0.
 */
export function generatedRatio(round: number, schedule: RatioSchedule): number {
  if (!(round >= 0)) throw new ViewforgeError('OPTION', 'generated-ratio', `expected a round >= 0, got ${round}`);
  if (schedule.kind === 'even') return 0.5;
  const { rate = 0.01 } = schedule;
  if (!(rate >= 0)) throw new ViewforgeError('OPTION', 'generated-ratio', `expected a rate >= 0, got ${rate}`);
  if (schedule.kind === 'inverse') return 1 - 1 / (rate * round + 1);
  return Math.min(1, Math.exp(rate * (round - (schedule.rounds ?? 300))));
}

/** How much a client's losses on generated and on real features weigh: min(0.5, ratio), and the rest (FRAug). */
export function generatedWeights(ratio: number): { readonly generated: number; readonly real: number } {
  const generated = Math.min(0.5, ratio);
  return { generated, real: 1 - generated };
}

/**
 * Features of a client (FRAug): ratio f_generated + (1 - ratio) f_known for rows [n, d], where `known` are means of classes (`memoryRows`) or
 * real features. Where nothing is known of a class it is the generated row. Throws ViewforgeError: SHAPE where rows differ, OPTION for a ratio
 * outside [0, 1]. Reference: https://arxiv.org/abs/2205.14900
 */
export function mixGenerated(generated: Features, { rows, known }: KnownRows, ratio: number): GeneratedMix {
  const where = 'mix-generated';
  if (!(ratio >= 0 && ratio <= 1)) throw new ViewforgeError('OPTION', where, `expected a ratio in [0, 1], got ${ratio}`);
  const fake = rowBlock(generated, where, 'generated rows');
  const real = rowBlock(rows, where, 'known rows', fake.d);
  const { n, d } = fake;
  if (real.n !== n || known.length !== n) {
    throw new ViewforgeError(
      'SHAPE',
      where,
      `expected known rows of [${generated.shape}], got [${rows.shape}], ${known.length} of them marked`,
    );
  }
  const ratios = Float64Array.from(known, (mark) => (mark === 0 ? 1 : ratio));
  const result = fake.data.slice();
  for (let i = 0; i < n; i++) {
    const share = ratios[i]!;
    if (share === 1) continue;
    for (let e = i * d; e < i * d + d; e++) result[e] = share * fake.data[e]! + (1 - share) * real.data[e]!;
  }
  return {
    rows: tensor(result, [n, d]),
    ratios,
    unknown: known.reduce((count, mark) => count + Number(mark === 0), 0),
    pullback(gradient) {
      const slopes = gradientBlock(gradient, n, d, where);
      return asType(
        Float64Array.from(slopes, (slope, at) => slope * ratios[Math.floor(at / d)]!),
        generated,
        [n, d],
      );
    },
  };
}
