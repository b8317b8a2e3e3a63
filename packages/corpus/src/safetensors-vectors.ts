import { type Vectors, ViewforgeError } from '@viewforge/core';
import { safetensorsHeadLength, safetensorsLayout } from '@viewforge/tensor';
import { joinVectors } from './join-vectors.ts';
import { openAll } from './npy-vectors.ts';
import { openPartialFile, type PartialFile, type RowLayout, type RowType, rowsOfFile } from './row-file.ts';

const rowTypes: Readonly<Record<string, RowType>> = { F64: 'f64', F32: 'f32', F16: 'f16', BF16: 'bf16' };

/**
 * The rows of a tensor [n, d] of `.safetensors` files (F64, F32, F16 or BF16), several files below each other; rows are read from the disk when
 * they are asked for, and given in float32. Throws ViewforgeError: FILE_MISSING, FILE_READ, FILE_FORMAT for other files, NAME for a
 * tensor that is not there, SHAPE for unequal widths.
 */
export async function safetensorsVectors(path: string | readonly string[], tensor: string): Promise<Vectors> {
  return joinVectors(await openAll(typeof path === 'string' ? [path] : path, (each) => openTensor(each, tensor)));
}

async function openTensor(path: string, tensor: string): Promise<Vectors> {
  const file = await openPartialFile(path);
  try {
    return rowsOfFile(file, await layoutOf(file, tensor));
  } catch (cause) {
    await file.close();
    throw cause instanceof RangeError ? new ViewforgeError('FILE_FORMAT', path, cause.message, { cause }) : cause;
  }
}

async function layoutOf(file: PartialFile, tensor: string): Promise<RowLayout> {
  const head = await file.bytes(0, Math.min(8, file.length));
  const { entries } = safetensorsLayout(await file.bytes(0, Math.min(file.length, safetensorsHeadLength(head))), file.length);
  const entry = Object.hasOwn(entries, tensor) ? entries[tensor] : undefined;
  if (entry === undefined) {
    const known = Object.keys(entries).join(', ') || 'none';
    throw new ViewforgeError('NAME', file.path, `no tensor called ${JSON.stringify(tensor)}; known: ${known}`);
  }
  const type = rowTypes[entry.type];
  const [size, width] = entry.shape;
  if (entry.shape.length !== 2 || type === undefined || size === undefined || width === undefined) {
    throw new ViewforgeError('FILE_FORMAT', file.path, `expected real numbers of [n, d], got ${entry.type} of [${entry.shape}]`);
  }
  return { type, size, width, start: entry.start };
}
