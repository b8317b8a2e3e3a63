import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { NearestRows } from '@viewforge/core';
import { writeAtomically } from '@viewforge/sinks';
import type { MinedBlock } from './mine-block.ts';

/** Writes what was found for a block of queries, with a checksum, put in place all at once. */
export async function writeBlock(path: string, { negatives, positives }: MinedBlock): Promise<void> {
  const parts = [negatives, positives].flatMap(({ columns, scores, counts }) => [columns, Float32Array.from(scores), counts]);
  const bytes = Buffer.concat(parts.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)));
  await writeAtomically(path, Buffer.concat([bytes, createHash('sha256').update(bytes).digest()]));
}

/** The sizes of a block. */
export interface BlockShape {
  readonly n: number;
  readonly count: number;
  readonly positiveCount: number;
}

/** What a block's file holds; undefined where there is none, or one that is not whole. */
export async function readBlock(path: string, { n, count, positiveCount }: BlockShape): Promise<MinedBlock | undefined> {
  const file = await readFile(path).catch(() => undefined); // it is made again
  const length = 4 * n * (2 * (count + positiveCount) + 2);
  if (file === undefined || file.length !== length + 32) return undefined;
  const bytes = Uint8Array.from(file.subarray(0, length));
  if (!createHash('sha256').update(bytes).digest().equals(file.subarray(length))) return undefined;
  let at = 0;
  const take = (of: number): NearestRows => {
    const columns = new Int32Array(bytes.buffer, at, n * of);
    const scores = new Float32Array(bytes.buffer, at + 4 * n * of, n * of);
    const counts = new Int32Array(bytes.buffer, at + 8 * n * of, n);
    at += 4 * n * (2 * of + 1);
    return { columns, scores, counts, count: of };
  };
  return { negatives: take(count), positives: take(positiveCount) };
}
