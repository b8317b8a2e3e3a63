import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { checkLabels, isFiniteRow, rowBlock } from './class-rows.ts';

/** A moving mean of the rows of each class; plain data, never written again. */
export interface ClassMemory {
  /** [classes, d] in float64; 0 of a class not seen yet. */
  readonly means: Features;
  /** [classes]; 1 where a class was seen. */
  readonly seen: Uint8Array;
  /** Rows left out so far, because they held NaN or an infinity. */
  readonly skipped: number;
}

/** Rows that stand for classes. */
export interface KnownRows {
  /** [n, d] */
  readonly rows: Features;
  /** [n]; 0 where nothing is known of a class, and the row is 0. */
  readonly known: Uint8Array;
}

/** A memory of no rows. */
export function startMemory(classes: number, width: number): ClassMemory {
  return { means: tensor(new Float64Array(classes * width), [classes, width]), seen: new Uint8Array(classes), skipped: 0 };
}

/**
 * The memory after a batch of rows [n, d]: (1 - share) mean + share m for a class with mean m in the batch, m itself where it is new. Rows with
 * NaN or an infinity are left out and counted. `share` in [0, 1]; FRAug takes 0.3.
 *
 * Throws ViewforgeError: SHAPE for rows of another width, LABEL for a class out of range, OPTION for a share out of bounds.
 */
export function updateMemory(memory: ClassMemory, rows: Features, labels: Int32Array, share = 0.3): ClassMemory {
  const where = 'update-memory';
  if (!(share >= 0 && share <= 1)) throw new ViewforgeError('OPTION', where, `expected a share in [0, 1], got ${share}`);
  const [classes, d] = memory.means.shape as [number, number];
  const block = rowBlock(rows, where, 'rows', d);
  checkLabels(labels, block.n, classes, where);
  const counts = new Float64Array(classes);
  const sums = new Float64Array(classes * d);
  let skipped = 0;
  for (let row = 0; row < block.n; row++) {
    if (!isFiniteRow(block, row)) {
      skipped++;
      continue;
    }
    const label = labels[row]!;
    counts[label] = counts[label]! + 1;
    for (let e = 0; e < d; e++) sums[label * d + e] = sums[label * d + e]! + block.data[row * d + e]!;
  }
  const before = values(memory.means);
  const means = Float64Array.from(before, (mean, at) => {
    const label = Math.floor(at / d);
    if (counts[label] === 0) return mean;
    const fresh = sums[at]! / counts[label]!;
    return memory.seen[label] === 1 ? (1 - share) * mean + share * fresh : fresh;
  });
  const seen = memory.seen.map((mark, label) => (counts[label]! > 0 ? 1 : mark));
  return { means: tensor(means, [classes, d]), seen, skipped: memory.skipped + skipped };
}

/** The mean of the class of each label, in the element type of `like` (float64 when left out). Throws ViewforgeError (LABEL) for a class out of range. */
export function memoryRows({ means, seen }: ClassMemory, labels: Int32Array, like: Features = means): KnownRows {
  const [classes, d] = means.shape as [number, number];
  checkLabels(labels, labels.length, classes, 'memory-rows');
  const rows = new Float64Array(labels.length * d);
  labels.forEach((label, i) => {
    rows.set(values(means).subarray(label * d, label * d + d), i * d);
  });
  return { rows: asType(rows, like, [labels.length, d]), known: Uint8Array.from(labels, (label) => seen[label]!) };
}
