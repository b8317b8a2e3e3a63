import { type Engine, loadEngine, pageSize } from './load.ts';

/** Addresses below this are never given out. */
const firstAddress = 1024;
/** Blocks start on a cache line, and at least this much readable memory follows every block: kernels load whole vectors. */
const alignment = 64;

/** Where the bump allocator of this thread stands. */
const state = { top: firstAddress, depth: 0, twinsOnly: 0 };
/** Every buffer the memory has had: a shared memory keeps its older, shorter buffers valid when it grows. */
const knownBuffers = new WeakSet<ArrayBufferLike>();

/** The kernels, unless they cannot run here or `withTwins` is active. */
export function activeEngine(): Extract<Engine, { available: true }> | undefined {
  if (state.twinsOnly > 0) return undefined;
  const engine = loadEngine();
  return engine.available ? engine : undefined;
}

/**
 * Runs `work` with results of kernels placed on the kernel memory instead of in arrays of their own, which saves a copy and the
 * collector's work for each. Everything allocated inside is released when `work` returns or throws: copy what must survive
 * (`slice`). Arenas nest; each releases its own. Without kernels, `work` simply runs. `work` must not be asynchronous.
 *
 * The memory is shared (in the sense of WebAssembly), so growing it leaves every view that was handed out valid. When its
 * 1 GiB is used up, results are ordinary arrays again.
 */
export function withArena<T>(work: () => T): T {
  const mark = state.top;
  state.depth++;
  try {
    const result = work();
    if (result instanceof Promise) throw new TypeError('withArena: expected synchronous work, got a promise');
    return result;
  } finally {
    state.depth--;
    state.top = mark;
  }
}

/** Runs `work` with the TypeScript twins in place of the compiled kernels: same bytes, slower. For tests and benchmarks. */
export function withTwins<T>(work: () => T): T {
  state.twinsOnly++;
  try {
    return work();
  } finally {
    state.twinsOnly--;
  }
}

/** `length` floats, not cleared inside an arena: on the kernel memory there, an ordinary array of zeros elsewhere. */
export function allocate(length: number): Float32Array {
  if (state.depth > 0) {
    const address = reserve(length * 4);
    if (address !== undefined) return floatsAt(address, length);
  }
  return new Float32Array(length);
}

/** The address of a new block of kernel memory, or undefined when there are no kernels or no room. */
export function reserve(bytes: number): number | undefined {
  const engine = activeEngine();
  if (engine === undefined) return undefined;
  const end = Math.ceil((state.top + bytes + alignment) / alignment) * alignment;
  if (!hasRoom(engine, end)) return undefined;
  const address = state.top;
  state.top = end;
  return address;
}

/** Where the allocator stands; `release` of it frees everything reserved since. */
export function mark(): number {
  return state.top;
}

/** Frees what was reserved since `mark` gave this number. */
export function release(to: number): void {
  state.top = to;
}

/** The address of an array that lies on the kernel memory, undefined for any other. */
export function addressOf(array: ArrayBufferView): number | undefined {
  return knownBuffers.has(array.buffer) ? array.byteOffset : undefined;
}

/** Kernel memory from `address` on, as floats. */
export function floatsAt(address: number, length: number): Float32Array {
  return new Float32Array(currentBuffer(), address, length);
}

/** Copies the bytes of `array` to `address`. */
export function copyTo(address: number, array: ArrayBufferView): void {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  new Uint8Array(currentBuffer(), address, array.byteLength).set(bytes);
}

function currentBuffer(): SharedArrayBuffer {
  const engine = activeEngine();
  if (engine === undefined) throw new RangeError('kernel memory: expected compiled kernels, got none');
  const { buffer } = engine.memory;
  knownBuffers.add(buffer);
  return buffer;
}

function hasRoom(engine: Extract<Engine, { available: true }>, end: number): boolean {
  const have = engine.memory.buffer.byteLength;
  const need = end + alignment;
  if (need <= have) return true;
  const missing = Math.ceil((need - have) / pageSize);
  // Doubling keeps the number of buffers small; close to the maximum only what is missing may still fit.
  return [Math.max(missing, have / pageSize), missing].some((pages) => grown(engine, pages));
}

function grown(engine: Extract<Engine, { available: true }>, pages: number): boolean {
  try {
    engine.memory.grow(pages);
    return true;
  } catch {
    return false; // a RangeError of the host: the maximum is reached, so the caller uses ordinary arrays
  }
}
