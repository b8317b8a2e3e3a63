import { type Features, features, values } from '@viewforge/tensor';

/** Rows that come in blocks of any size and are passed on in large ones. */
export interface Gathering {
  /** Takes a block [k, d], which may be written over afterwards. */
  add(block: Features): void;
  /** Passes on what is left. */
  flush(): void;
}

/** Calls `take` with [m, d] float32 rows in their order, about `floats` numbers at a time. A block as large as that is passed on as it is. */
export function gatherRows(d: number, floats: number, take: (block: Features) => void): Gathering {
  const most = Math.max(1, Math.ceil(floats / Math.max(1, d)));
  let buffer: Float32Array | undefined;
  let size = 0;
  const flush = (): void => {
    if (buffer !== undefined && size > 0) take(features(buffer.subarray(0, size * d), size, d));
    size = 0;
  };
  return {
    add(block) {
      const n = block.shape[0]!;
      if (size === 0 && n >= most) {
        take(block);
        return;
      }
      buffer ??= new Float32Array(most * d);
      const from = values(block);
      for (let first = 0; first < n; ) {
        const count = Math.min(most - size, n - first);
        buffer.set(from.subarray(first * d, (first + count) * d), size * d);
        first += count;
        size += count;
        if (size === most) flush();
      }
    },
    flush,
  };
}
