import { ViewforgeError } from '@viewforge/core';
import { type Tensor, values, zeros } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import type { MapShape } from './stage-options.ts';

/** Over what mean and deviation are taken: channels at a position, positions of a channel, everything, or groups of channels. */
export const momentKinds = ['position', 'channel', 'layer', 'group'] as const;
/** One of the ways to take mean and deviation. */
export type MomentKind = (typeof momentKinds)[number];

/** Who gives moments to whom, and how they are taken. */
export interface MomentExchange {
  /** [n]; the row whose moments each row gets; its own index for a row that stays as it is, to the bit. */
  readonly partners: readonly number[];
  readonly moments: MomentKind;
  /** Number of groups of channels, of 'group' alone. */
  readonly groups: number;
  /** Added to the variance, >= 0. */
  readonly epsilon: number;
  /** What is divided by is at least this, > 0 where epsilon is 0. */
  readonly smallest: number;
}

/**
 * Items x [n, c, ...] with mean and deviation of their partners: s_b (x_a - m_a) / max(s_a, smallest) + m_b, with s the root of the unbiased
 * variance plus epsilon; the variance of a single number is 0. Moments in float64. Throws ViewforgeError (SHAPE) where groups do not divide c,
 * or there is not a row as partner for each.
 */
export function exchangeMoments(input: Tensor, shape: MapShape, exchange: MomentExchange): Tensor {
  const { of, count, size, means, deviations } = momentsOf(input, shape, exchange);
  const from = values(input);
  const result = zeros(input.shape, input);
  for (const [i, partner] of exchange.partners.entries()) {
    const start = i * size;
    if (partner === i) {
      result.data.set(from.subarray(start, start + size), start);
      continue;
    }
    for (let e = 0; e < size; e++) {
      const [own, other] = [i * count + of[e]!, partner * count + of[e]!];
      const unit = (from[start + e]! - means[own]!) / Math.max(deviations[own]!, exchange.smallest);
      result.data[start + e] = deviations[other]! * unit + means[other]!;
    }
  }
  return result;
}

/**
 * The gradient of x from that of `exchangeMoments`: through x_a, its mean and its deviation, and to the partner through its mean and deviation.
 * A deviation that was too small to divide by, or is 0, is held constant.
 */
export function pullExchanged(input: Tensor, shape: MapShape, exchange: MomentExchange, gradient: Tensor): Tensor {
  const found = momentsOf(input, shape, exchange);
  const { of, count, size, deviations } = found;
  const units = unitsOf(values(input), found, exchange.smallest);
  const g = values(gradient);
  const sums = new Float64Array(g.length);
  for (const [i, partner] of exchange.partners.entries()) {
    const start = i * size;
    if (partner === i) {
      for (let e = start; e < start + size; e++) sums[e] = sums[e]! + g[e]!;
      continue;
    }
    const [plain, along] = [new Float64Array(count), new Float64Array(count)];
    for (let e = 0; e < size; e++) {
      const group = of[e]!;
      plain[group] = plain[group]! + g[start + e]!;
      along[group] = along[group]! + g[start + e]! * units[start + e]!;
    }
    const members = size / count;
    for (let e = 0; e < size; e++) {
      const group = of[e]!;
      const [own, other] = [start + e, partner * size + e];
      const [a, b] = [deviations[i * count + group]!, deviations[partner * count + group]!];
      // as in the gradient of a layer norm; unbiased, so the deviation changes by unit / (members - 1)
      const spread = a < exchange.smallest || members === 1 ? 0 : (units[own]! * along[group]!) / (members - 1);
      sums[own] = sums[own]! + (b / Math.max(a, exchange.smallest)) * (g[own]! - plain[group]! / members - spread);
      const toSpread = b < exchange.smallest || members === 1 ? 0 : (units[other]! * along[group]!) / (members - 1);
      sums[other] = sums[other]! + plain[group]! / members + toSpread;
    }
  }
  return asType(sums, gradient);
}

/** Throws ViewforgeError (SHAPE) where moments are those of groups that do not divide the channels. */
export function checkGroups({ c }: Pick<MapShape, 'c'>, { moments, groups }: Pick<MomentExchange, 'moments' | 'groups'>): void {
  if (moments !== 'group' || c % groups === 0) return;
  throw new ViewforgeError('SHAPE', 'moment-exchange', `expected channels that ${groups} groups divide, got ${c}`);
}

interface Moments {
  /** Elements of an item. */
  readonly size: number;
  /** Groups of an item, and the group of each of its elements. */
  readonly count: number;
  readonly of: Int32Array;
  /** [n * count] */
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

function momentsOf(input: Tensor, { n, c, m }: MapShape, { partners, moments, groups, epsilon }: MomentExchange): Moments {
  const size = c * m;
  checkGroups({ c }, { moments, groups });
  if (partners.length !== n || !partners.every((partner) => Number.isInteger(partner) && partner >= 0 && partner < n))
    throw new ViewforgeError('SHAPE', 'moment-exchange', `expected ${n} partners from 0 to ${n - 1}, got [${partners}]`);
  const count = { position: m, channel: c, layer: 1, group: groups }[moments];
  const groupOf = (channel: number, position: number): number =>
    ({ position, channel, layer: 0, group: Math.floor((channel * groups) / c) })[moments];
  const of = Int32Array.from({ length: size }, (_, e) => groupOf(Math.floor(e / m), e % m));
  const members = size / count;
  const from = values(input);
  const [means, deviations] = [new Float64Array(n * count), new Float64Array(n * count)];
  for (let i = 0; i < n; i++) {
    const [start, first] = [i * size, i * count];
    for (let e = 0; e < size; e++) means[first + of[e]!] = means[first + of[e]!]! + from[start + e]! / members;
    for (let e = 0; e < size; e++) {
      const at = first + of[e]!;
      deviations[at] = deviations[at]! + (from[start + e]! - means[at]!) ** 2;
    }
  }
  for (const [at, sum] of deviations.entries()) deviations[at] = Math.sqrt((members > 1 ? sum / (members - 1) : 0) + epsilon);
  return { size, count, of, means, deviations };
}

/** What every number is in terms of mean and deviation of its group. */
function unitsOf(from: ArrayLike<number>, { size, count, of, means, deviations }: Moments, smallest: number): Float64Array {
  const units = new Float64Array(from.length);
  for (let start = 0, first = 0; start < units.length; start += size, first += count) {
    for (let e = 0; e < size; e++) {
      const at = first + of[e]!;
      units[start + e] = (from[start + e]! - means[at]!) / Math.max(deviations[at]!, smallest);
    }
  }
  return units;
}
