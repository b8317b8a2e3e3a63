import type { KernelExports } from './load.ts';
import { activeEngine, addressOf, allocate, copyTo, floatsAt, mark, release, reserve } from './memory.ts';

/** One call of a kernel, with the twin that serves where the kernel cannot run. */
export interface Task {
  /** Floats of the result. */
  readonly length: number;
  /** What the kernel reads (an array), or bytes of scratch it needs (a number); each gets an address, in this order. */
  readonly needs: readonly (ArrayBufferView | number)[];
  kernel(exports: KernelExports, to: number, at: readonly number[]): void;
  twin(to: Float32Array): void;
}

/**
 * The result of the kernel, or of its twin where there are no kernels or no room. Inputs that already lie on the kernel memory are
 * read in place; others are copied into scratch. The result is placed by the rule of `allocate`.
 */
export function compute(task: Task): Float32Array {
  const result = allocate(task.length);
  const engine = activeEngine();
  const before = mark();
  try {
    const places = engine === undefined ? undefined : place(result, task.needs);
    if (engine === undefined || places === undefined) {
      task.twin(result);
      return result;
    }
    task.kernel(engine.exports, places.to, places.at);
    if (addressOf(result) === undefined) result.set(floatsAt(places.to, task.length));
    return result;
  } finally {
    release(before);
  }
}

function place(result: Float32Array, needs: Task['needs']): { to: number; at: number[] } | undefined {
  const to = addressOf(result) ?? reserve(result.byteLength);
  if (to === undefined) return undefined;
  const at: number[] = [];
  for (const need of needs) {
    const address = typeof need === 'number' ? reserve(need) : (addressOf(need) ?? copyIn(need));
    if (address === undefined) return undefined;
    at.push(address);
  }
  return { to, at };
}

/** Places a copy as its original lies within eight bytes: engines copy to shared memory word by word only then, else byte by byte. */
function copyIn(array: ArrayBufferView): number | undefined {
  const skew = array.byteOffset % 8;
  const block = reserve(array.byteLength + skew);
  if (block === undefined) return undefined;
  copyTo(block + skew, array);
  return block + skew;
}
