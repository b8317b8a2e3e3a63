import type { GraphArray, StackedRows } from '@viewforge/core';
import { values } from '@viewforge/tensor';

/** Blocks below each other in one piece of memory that is kept from run to run. */
export interface RowStack {
  /**
   * These blocks as one input [k, d]. Copies what the memory does not hold already in its place: blocks that lie elsewhere than those of
   * the last call, which are never written again. The memory is handed out until `take` brings it back; else the next call begins anew.
   */
  give(rows: StackedRows): GraphArray;
  /** The memory back after a run. */
  take(back: GraphArray): void;
  /** How many blocks were copied since the stack was opened. */
  copied(): number;
}

/** Where a block lies in its own memory. */
interface Held {
  readonly buffer: ArrayBufferLike;
  readonly from: number;
  readonly length: number;
  /** Where its copy begins in the stack. */
  readonly at: number;
}

/** An empty stack. Throws TypeError, when it is given rows, for blocks that are not float32. */
export function openRowStack(): RowStack {
  let memory: Float32Array<ArrayBuffer> | undefined;
  let held: readonly Held[] = [];
  let copied = 0;
  return {
    give({ blocks }) {
      const d = blocks[0]?.shape[1] ?? 0;
      const size = blocks.reduce((sum, { shape }) => sum + shape[0]! * d, 0);
      if (memory === undefined || memory.length < size) {
        // room for a queue that still grows, unless this is the first time
        memory = new Float32Array(memory === undefined ? size : Math.ceil(1.5 * size));
        held = [];
      }
      let at = 0;
      held = blocks.map((block, b) => {
        const data = values(block);
        if (!(data instanceof Float32Array)) throw new TypeError('row stack: expected blocks of float32, got others');
        const place: Held = { buffer: data.buffer, from: data.byteOffset, length: data.length, at };
        if (!isSame(held[b], place)) {
          memory!.set(data, at);
          copied++;
        }
        at += data.length;
        return place;
      });
      const given = memory.subarray(0, size);
      memory = undefined;
      return { type: 'float32', shape: [size / Math.max(1, d), d], data: given };
    },
    take({ data }) {
      memory = new Float32Array(data.buffer as ArrayBuffer);
    },
    copied: () => copied,
  };
}

function isSame(held: Held | undefined, { buffer, from, length, at }: Held): boolean {
  return held !== undefined && held.buffer === buffer && held.from === from && held.length === length && held.at === at;
}
