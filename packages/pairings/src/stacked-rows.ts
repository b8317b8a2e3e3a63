import { type Features, stack, tensor, unstack, values } from '@viewforge/tensor';

/** Blocks of one shape [n, d] under each other: [count * n, d]; a single block is itself. */
export function stackedRows(blocks: readonly Features[]): Features {
  const [n, d] = blocks[0]!.shape as [number, number];
  return blocks.length === 1 ? blocks[0]! : tensor(values(stack(blocks)), [blocks.length * n, d]);
}

/** The `count` blocks that were stacked, as windows on one memory; none where there is nothing to split. */
export function splitRows(rows: Features | undefined, count: number): Features[] {
  if (rows === undefined) return [];
  const [n, d] = [rows.shape[0]! / count, rows.shape[1]!];
  const split = tensor(values(rows), [count, n, d]);
  return Array.from({ length: count }, (_, block) => unstack(split, block));
}
