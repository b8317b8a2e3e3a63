import { readFileSync } from 'node:fs';
import { type KernelMemory, webAssembly } from './web-assembly.ts';

/** Bytes of one page of WebAssembly memory. */
export const pageSize = 65536;
const initialPages = 64; // 4 MiB: one 224 view with its photograph
const maximumPages = 16384; // 1 GiB of reserved addresses; pages cost nothing until they are touched

/** The compiled kernels: every argument is a byte address in `memory`, a count or a number. */
export interface KernelExports {
  bytesToPlanes(from: number, rowStride: number, height: number, width: number, to: number): void;
  resampleBytes(from: number, rowStride: number, width: number, to: number, toStride: number, ...rest: FixedArguments): void;
  resamplePlanes(from: number, stride: number, width: number, to: number, toStride: number, ...rest: ResampleArguments): void;
  flipPlanes(from: number, rows: number, width: number, to: number): void;
  colorRun(from: number, size: number, stride: number, steps: number, stepCount: number, scratch: number, to: number): void;
  blurPlanes(from: number, count: number, height: number, width: number, ...rest: BlurArguments): void;
  convolvePlanes(from: number, count: number, height: number, width: number, ...rest: ConvolveArguments): void;
  jpegPlanes(from: number, count: number, height: number, width: number, ...rest: JpegArguments): void;
  weightedSum(one: number, first: number, other: number, second: number, ...rest: SumArguments): void;
  addBelow(from: number, size: number, amount: number, threshold: number, to: number): void;
  countLevels(from: number, size: number, to: number): void;
  lookUpLevels(from: number, size: number, table: number, to: number): void;
  medianPlanes(from: number, count: number, height: number, width: number, padded: number, to: number): void;
  exponentRow(row: number, length: number, shift: number, to: number): void;
  mixPairs(first: number, second: number, width: number, count: number, ...rest: PairArguments): void;
  mixRows(rows: number, width: number, first: number, second: number, ...rest: MixArguments): void;
  multiplyPanels(a: number, aRow: number, aStep: number, rows: number, b: number, ...rest: MultiplyArguments): void;
  scaleRow(row: number, length: number, factor: number): void;
  squareSums(from: number, n: number, d: number, to: number): void;
  packScaled(from: number, n: number, d: number, factors: number, to: number): void;
  takeBest(scores: number, row: number, rows: number, length: number, column: number, ...rest: BestArguments): void;
  sortBest(rows: number, entries: number, room: number, count: number, sizes: number, scratch: number): void;
  hideByCode(scores: number, row: number, rows: number, length: number, ...rest: CodeArguments): void;
  surveyRow(row: number, length: number, tie: number, to: number): number;
  normalNoise(state: number, length: number, to: number): void;
  stretchPlane(from: number, size: number, to: number): void;
  uniformNoise(state: number, length: number, to: number): void;
  normalizePlane(from: number, size: number, mean: number, inverse: number, to: number): void;
  warpPlanes(from: number, stride: number, height: number, width: number, ...rest: WarpArguments): void;
}

/** The counts, taps and addresses of both tables, then the address of the row between the passes. */
export type TableArguments = [
  rows: number,
  rowTaps: number,
  rowStarts: number,
  rowWeights: number,
  columns: number,
  columnTaps: number,
  columnStarts: number,
  columnWeights: number,
  row: number,
];

type ResampleArguments = [...tables: TableArguments, low: number, high: number];
type FixedArguments = [...tables: TableArguments, low: number, high: number, shift: number, scale: number];
type BlurArguments = [
  weights: number,
  radius: number,
  rows: number,
  columns: number,
  zeros: number,
  addresses: number,
  line: number,
  factors: number,
  to: number,
];
type BestArguments = [entries: number, room: number, count: number, sizes: number, limits: number, scratch: number];
type CodeArguments = [rowCodes: number, columnCodes: number, equal: number];
type JpegArguments = [cosines: number, steps: number, scratch: number, to: number];
type SumArguments = [size: number, low: number, high: number, to: number];
type PairArguments = [factors: number, otherFactors: number, weights: number, each: number, to: number];
type MixArguments = [weights: number, count: number, unit: number, to: number];
type MultiplyArguments = [
  bPanel: number,
  bStep: number,
  panels: number,
  depth: number,
  scale: number,
  to: number,
  toRow: number,
  add: number,
];
type ConvolveArguments = [weights: number, side: number, low: number, high: number, padded: number, to: number];

type WarpArguments = [
  places: number,
  size: number,
  border: number,
  nearest: number,
  blend: number,
  red: number,
  green: number,
  blue: number,
  scratch: number,
  to: number,
  toStride: number,
];

/** Kernels with the memory they work on, or the reason why there are none. */
export type Engine =
  | { readonly available: true; readonly exports: KernelExports; readonly memory: KernelMemory }
  | { readonly available: false; readonly reason: string };

let engine: Engine | undefined;

/** The kernels of this thread, compiled at the first call. Never throws: without them the twins run and give the same bytes. */
export function loadEngine(): Engine {
  engine ??= compileEngine(() => readFileSync(new URL('../wasm/image.wasm', import.meta.url)));
  return engine;
}

/** Whether the compiled SIMD kernels run in this process; if not, why (the TypeScript twins then give the same bytes, slower). */
export function wasmSimd(): { readonly available: boolean; readonly reason?: string } {
  const loaded = loadEngine();
  return loaded.available ? { available: true } : { available: false, reason: loaded.reason };
}

/** Kernels from the bytes of a WebAssembly module, on a memory of their own; or why there can be none. */
export function compileEngine(read: () => Uint8Array): Engine {
  try {
    const { Instance, Memory, Module } = webAssembly();
    const module = new Module(read());
    const memory = new Memory({ initial: initialPages, maximum: maximumPages, shared: true });
    const { exports } = new Instance(module, { env: { memory } });
    return { available: true, exports: exports as KernelExports, memory };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
