import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ViewforgeError } from '@viewforge/core';
import { elements, type Tensor, tensor } from '@viewforge/tensor';

const folder = new URL('../fixtures/golden/', import.meta.url);

/** Element types that a golden file may hold; 'i64' holds whole numbers that fit 53 bits. */
export type GoldenType = 'f64' | 'f32' | 'u8' | 'i64' | 'bool';

/** A number as JSON can say it. */
export type GoldenNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A recipe for a large input: a linear congruential generator whose values are exact in float64. */
export interface GoldenRecipe {
  readonly seed: number;
  readonly dist: 'normal' | 'unit' | 'int' | 'u8';
  /** For 'int': values are in 0 .. n - 1. */
  readonly n?: number;
  /** value = dist() * mul + add; 1 and 0 when left out. */
  readonly mul?: number;
  readonly add?: number;
}

/** An array of a golden file: row-major, by list, by base64 of little-endian bytes, or by recipe. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly dtype: GoldenType;
  readonly data?: readonly GoldenNumber[];
  readonly b64?: string;
  readonly lcg?: GoldenRecipe;
  /** Values that a recipe must give. */
  readonly check?: { readonly first: readonly number[]; readonly last: number };
}

/** One result of another implementation. */
export interface GoldenCase {
  /** Unique within its file. */
  readonly name: string;
  /** Which operation; the same `fn` always takes the same inputs and params. */
  readonly fn: string;
  /** Which path of the other implementation, where it has several. */
  readonly impl?: string;
  /** For pictures: the name of the picture that is given or taken. */
  readonly picture?: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, GoldenArray>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Losses: how far the other implementation in float32 is from itself in float64. */
  readonly peer_f32_err?: { readonly loss: number; readonly grad: number };
  /** Losses: inputs whose gradient has no meaningful value. */
  readonly grads_not_compared?: readonly string[];
}

/** A file of cases. */
export interface GoldenFamily {
  readonly family: string;
  readonly description: string;
  readonly tolerance: Readonly<Record<string, unknown>>;
  readonly cases: readonly GoldenCase[];
}

/** Names of the families that come with this package: losses, miners, metrics and mixing, computed by other projects. */
export function goldenNames(): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.map((name) => name.slice(0, -'.json'.length)).sort();
}

/** One family that comes with this package. Throws ViewforgeError (NAME) for another, with the names there are. */
export function goldenFamily(name: string): GoldenFamily {
  const known = goldenNames();
  if (known.includes(name)) return readGolden(fileURLToPath(new URL(`${name}.json`, folder)));
  throw new ViewforgeError('NAME', 'golden', `expected one of ${known.join(', ')}, got "${name}"`);
}

/** Reads a golden file, `schema` "viewforge-golden/1". Throws ViewforgeError (FILE_FORMAT) for any other, naming its path. */
export function readGolden(path: string): GoldenFamily {
  const read = parse(path, readFileSync(path, 'utf8'));
  if (read?.schema !== 'viewforge-golden/1') {
    throw new ViewforgeError('FILE_FORMAT', path, `expected schema "viewforge-golden/1", got ${JSON.stringify(read?.schema)}`);
  }
  if (!Array.isArray(read.cases)) {
    throw new ViewforgeError('FILE_FORMAT', path, `expected a list of cases, got ${JSON.stringify(read.cases)}`);
  }
  return {
    ...read,
    tolerance: read.tolerance ?? {},
    cases: read.cases.map((each) => ({
      ...each,
      params: each.params ?? {},
      inputs: each.inputs ?? {},
      outputs: each.outputs ?? {},
    })),
  };
}

/** The values of a golden array, row-major, exact in float64. Throws ViewforgeError (FILE_FORMAT) where they do not fill its shape. */
export function goldenNumbers(array: GoldenArray): Float64Array {
  const count = elements(array.shape);
  const numbers = array.data ? listed(array.data) : array.lcg ? generated(array.lcg, count) : decoded(array);
  if (numbers.length !== count) {
    throw new ViewforgeError(
      'FILE_FORMAT',
      'golden array',
      `expected ${count} values for [${array.shape}], got ${numbers.length}`,
    );
  }
  const { check } = array;
  const isWrong = check && (check.last !== numbers[count - 1] || check.first.some((value, i) => value !== numbers[i]));
  if (isWrong)
    throw new ViewforgeError(
      'FILE_FORMAT',
      'golden array',
      `expected ${check.first} from its recipe, got ${numbers.slice(0, 3)}`,
    );
  return numbers;
}

/** A golden array as a tensor of its shape; rounded to the nearest number of the element type. */
export function goldenTensor(array: GoldenArray, type: 'float64' | 'float32' = 'float64'): Tensor {
  const numbers = goldenNumbers(array);
  return tensor(type === 'float64' ? numbers : Float32Array.from(numbers), array.shape);
}

/** A golden array of type 'u8' as bytes, row-major. */
export function goldenBytes(array: GoldenArray): Uint8Array {
  return Uint8Array.from(goldenNumbers(array));
}

/** A golden number, the words for what JSON lacks included; a scalar array gives its one value. */
export function goldenNumber(value: unknown): number {
  if (typeof value === 'object' && value !== null) return goldenNumbers(value as GoldenArray)[0]!;
  return Number(value);
}

function parse(path: string, text: string): (GoldenFamily & { readonly schema?: unknown }) | null {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ViewforgeError('FILE_FORMAT', path, `expected JSON, got ${message}`, { cause });
  }
}

function listed(data: readonly GoldenNumber[]): Float64Array {
  return Float64Array.from(data, Number);
}

function decoded({ b64, dtype }: GoldenArray): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(b64 ?? '', 'base64'));
  if (dtype === 'u8' || dtype === 'bool') return Float64Array.from(bytes);
  const view = new DataView(bytes.buffer);
  const width = dtype === 'f32' ? 4 : 8;
  return Float64Array.from({ length: bytes.length / width }, (_, i) => {
    if (dtype === 'i64') return Number(view.getBigInt64(i * width, true));
    return dtype === 'f32' ? view.getFloat32(i * width, true) : view.getFloat64(i * width, true);
  });
}

function generated({ seed, dist, n = 1, mul = 1, add = 0 }: GoldenRecipe, count: number): Float64Array {
  let state = seed >>> 0;
  const word = (): number => (state = (Math.imul(1664525, state) + 1013904223) >>> 0);
  const unit = (): number => (word() >>> 8) / 16777216;
  const normal = (): number => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += unit();
    return sum - 6;
  };
  const draws = { normal, unit, int: () => Math.floor(unit() * n), u8: () => word() >>> 24 };
  return Float64Array.from({ length: count }, () => draws[dist]() * mul + add);
}
