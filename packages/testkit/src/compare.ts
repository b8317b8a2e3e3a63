import { values } from '@viewforge/tensor';
import type { NdArray } from 'ndarray';

/** A copy of everything `value` holds, memory outside of its views included: to see later whether it was touched. */
export function stateOf(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  if (Array.isArray(value)) return value.map(stateOf);
  return isRecord(value) ? mapRecord(value, stateOf) : value;
}

/** A copy of what `value` means: every array as its shape and its elements in row-major order, wherever they lie in memory. */
export function contentOf(value: unknown): unknown {
  if (isNdArray(value)) return { shape: [...value.shape], values: values(value as NdArray<Float32Array>).slice() };
  if (ArrayBuffer.isView(value)) return (value as Float32Array).slice();
  if (Array.isArray(value)) return value.map(contentOf);
  return isRecord(value) ? mapRecord(value, contentOf) : value;
}

/** Where two values first differ, with both; undefined when they are the same down to the bits of every number. */
export function firstDifference(a: unknown, b: unknown, path = 'value'): string | undefined {
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return listDifference(a as Float32Array, b as Float32Array, path);
  if (Array.isArray(a) && Array.isArray(b)) return listDifference(a, b, path);
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b) ? undefined : `${path}: ${shown(a)} and ${shown(b)}`;
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  for (const key of keys) {
    const difference = firstDifference(a[key], b[key], `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Where a value first holds NaN or an infinity; undefined when all its numbers are finite. */
export function firstNotFinite(value: unknown, path = 'value'): string | undefined {
  const content = contentOf(value);
  if (typeof content === 'number') return Number.isFinite(content) ? undefined : `${path}: ${content}`;
  if (ArrayBuffer.isView(content)) {
    const at = (content as Float32Array).findIndex((each) => !Number.isFinite(each));
    return at === -1 ? undefined : `${path}[${at}]: ${(content as Float32Array)[at]}`;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  for (const [key, each] of Object.entries(content)) {
    const found = firstNotFinite(each, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether `value` is an ndarray of numbers in a typed array. */
export function isNdArray(value: unknown): value is NdArray<Float32Array | Float64Array | Uint8Array | Int32Array> {
  return isRecord(value) && ArrayBuffer.isView(value['data']) && Array.isArray(value['shape']) && Array.isArray(value['stride']);
}

function listDifference(a: ArrayLike<unknown>, b: ArrayLike<unknown>, path: string): string | undefined {
  if (a.length !== b.length) return `${path}: ${a.length} and ${b.length} elements`;
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    const difference = firstDifference(a[i], b[i], `${path}[${i}]`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function shown(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function mapRecord(record: Readonly<Record<string, unknown>>, map: (value: unknown) => unknown): Record<string, unknown> {
  const entries = Object.entries(record).filter(([, value]) => typeof value !== 'function');
  return Object.fromEntries(entries.map(([key, value]) => [key, map(value)]));
}
