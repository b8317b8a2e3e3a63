import { createHash } from 'node:crypto';
import type { TraceView } from '@viewforge/core';
import { compareTraceViews } from '@viewforge/core';
import { type Tensor, values } from '@viewforge/tensor';

/** Sums up views in one number that tells whether two collections hold the same bytes, in whatever order they came. */
export interface ViewDigest {
  add(view: Pick<TraceView, 'epoch' | 'item' | 'role' | 'index'>, value: Tensor): void;
  /** SHA-256 over the digests of all views in the order of a trace, in hexadecimal. */
  digest(): string;
}

/** A digest of no views yet. */
export function createViewDigest(): ViewDigest {
  const entries: { readonly view: TraceView; readonly hash: string }[] = [];
  return {
    add({ epoch, item, role, index }, value) {
      const elements = values(value);
      const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
      const hash = createHash('sha256').update(JSON.stringify(value.shape)).update(bytes).digest('hex');
      entries.push({ view: { epoch, item, role, index, params: null }, hash });
    },
    digest() {
      const sorted = [...entries].sort((a, b) => compareTraceViews(a.view, b.view));
      const all = createHash('sha256');
      for (const { view, hash } of sorted)
        all.update(`${JSON.stringify([view.epoch, view.item, view.role, view.index])} ${hash}\n`);
      return all.digest('hex');
    },
  };
}
