import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ViewforgeError } from '@viewforge/core';
import { dataOf, elements, parseSafetensors, readNpyHeader, bytesPerElement, type Tensor, tensor } from '@viewforge/tensor';

/** Weights in files. */
export interface StoredWeights {
  /** One of them, float32 or float64. Rejects with ViewforgeError: NAME where there is none, FILE_FORMAT where it holds no real numbers. */
  read(name: string): Promise<Tensor>;
}

/**
 * The weights of a .safetensors file, or of a folder that has a file `<name>.npy` for each. Rejects with ViewforgeError: FILE_MISSING,
 * FILE_READ, FILE_FORMAT.
 */
export async function openWeights(path: string): Promise<StoredWeights> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_READ';
    throw new ViewforgeError(code, path, `expected a .safetensors file or a folder of .npy files, got: ${cause.message}`, {
      cause,
    });
  });
  return found.isDirectory() ? npyFolder(path) : safetensorsFile(path);
}

async function safetensorsFile(path: string): Promise<StoredWeights> {
  const bytes = await read(path);
  const file = named(path, () => parseSafetensors(bytes));
  return {
    async read(name) {
      if (!Object.hasOwn(file.entries, name)) throw missing(path, name, Object.keys(file.entries).join(', ') || 'none');
      return named(path, () => file.tensor(name));
    },
  };
}

function npyFolder(folder: string): StoredWeights {
  return {
    async read(name) {
      const path = join(folder, `${name}.npy`);
      if (/[/\\]/.test(name)) throw missing(folder, name, 'a path');
      const bytes = await read(path).catch((error: ViewforgeError) => {
        throw error.code === 'FILE_MISSING' ? missing(folder, name, `no file "${name}.npy"`) : error;
      });
      return named(path, () => npyTensor(bytes));
    },
  };
}

function npyTensor(bytes: Uint8Array): Tensor {
  const { type, shape, start } = readNpyHeader(bytes);
  if (type !== 'f32' && type !== 'f64') throw new RangeError(`expected elements of f32 or f64, got ${type}`);
  const wanted = elements(shape) * bytesPerElement(type);
  if (bytes.length - start !== wanted)
    throw new RangeError(`expected ${wanted} bytes of [${shape}] ${type}, got ${bytes.length - start}`);
  return tensor(dataOf(type, new Uint8Array(bytes.subarray(start)).buffer) as Float32Array, shape) as Tensor;
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'FILE_MISSING' : 'FILE_READ';
    throw new ViewforgeError(code, path, `expected a file that can be read, got: ${cause.message}`, { cause });
  });
}

function named<T>(where: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ViewforgeError('FILE_FORMAT', where, cause.message.replace('safetensors: ', ''), { cause });
  }
}

function missing(where: string, name: string, got: string): ViewforgeError {
  return new ViewforgeError('NAME', where, `expected weights named "${name}", got ${got}`);
}
