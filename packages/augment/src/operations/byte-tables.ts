import { levelCounts } from '@viewforge/image';
import { type Image, values } from '@viewforge/tensor';
import type { Operation } from './operation.ts';

/** The operations that are a table from level to level, one for each channel or one for all. */
export type TableOperation = Extract<
  Operation,
  { readonly op: 'autocontrast' | 'brightness' | 'contrast' | 'invert' | 'posterize' | 'solarize' | 'solarize-add' }
>;

/** What each of the 256 levels becomes, as intensities: one table [256] for each channel, or a single one for all of them. */
export function byteTables(image: Image, operation: TableOperation): Float32Array[] {
  switch (operation.op) {
    case 'autocontrast':
      return channelCounts(image).map(stretched);
    case 'contrast':
      return means(image).map((mean) => tableOf((level) => blend(mean, level, operation.factor)));
    case 'brightness':
      return [tableOf((level) => blend(0, level, operation.factor))];
    case 'invert':
      return [tableOf((level) => 255 - level)];
    case 'posterize':
      return [tableOf((level) => level & (256 - 2 ** (8 - operation.bits)))];
    case 'solarize':
      return [tableOf((level) => (level < operation.threshold ? level : 255 - level))];
    case 'solarize-add':
      return [tableOf((level) => (level < 128 ? Math.min(255, level + operation.amount) : level))];
  }
}

function tableOf(become: (level: number) => number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, level) => become(level) / 255);
}

function channelCounts(image: Image): Uint32Array[] {
  const data = values(image);
  const plane = data.length / image.shape[0]!;
  return Array.from({ length: image.shape[0]! }, (_, c) => levelCounts(data, c * plane, (c + 1) * plane));
}

/** The lowest level becomes 0, the highest 255; a channel of one level keeps it. */
function stretched(counts: Uint32Array): Float32Array {
  const low = counts.findIndex((count) => count > 0);
  const high = counts.findLastIndex((count) => count > 0);
  if (low === high) return tableOf((level) => level);
  // a level that does not occur may be anything
  return tableOf((level) => Math.min(255, Math.max(0, Math.trunc(((level - low) * 255) / (high - low)))));
}

/** The rounded mean luma of a color image; of other images the rounded mean of each channel. */
function means(image: Image): number[] {
  const each = channelCounts(image).map(meanOf);
  if (each.length !== 3) return each.map(Math.round);
  return [Math.round(0.299 * each[0]! + 0.587 * each[1]! + 0.114 * each[2]!)];
}

function meanOf(counts: Uint32Array): number {
  let sum = 0;
  let total = 0;
  for (let level = 0; level < 256; level++) {
    sum += level * counts[level]!;
    total += counts[level]!;
  }
  return sum / total;
}

/** The level at `factor` times the way from `middle` to `level`. */
function blend(middle: number, level: number, factor: number): number {
  return Math.min(255, Math.max(0, Math.floor(middle + factor * (level - middle) + 0.5)));
}
