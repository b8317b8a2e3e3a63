import { createHash } from 'node:crypto';
import type { Running, Vectors } from '@viewforge/core';
import { type Features, values } from '@viewforge/tensor';

/** Floats that are read together: 8 MB. */
const floatsAtOnce = 2 ** 21;

/** All rows from the first to the last, [k, d] at a time. */
export async function* readBlocks(vectors: Vectors, running: Running): AsyncGenerator<Features, void, undefined> {
  const most = Math.max(1, Math.floor(floatsAtOnce / Math.max(1, vectors.width)));
  for (let first = 0; first < vectors.size; first += most) {
    yield await vectors.read(first, Math.min(most, vectors.size - first), running);
  }
}

/** A name for the rows and their shape (SHA-256, in hexadecimal digits): other rows have another one. All of them are read. */
export async function digestOf(vectors: Vectors, running: Running): Promise<string> {
  const hash = createHash('sha256').update(`${vectors.size} ${vectors.width}\n`);
  for await (const block of readBlocks(vectors, running)) {
    const { buffer, byteOffset, byteLength } = values(block);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
