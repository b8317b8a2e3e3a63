import { ViewforgeError } from '@viewforge/core';
import { readNpy } from '@viewforge/sinks';
import { type Features, features } from '@viewforge/tensor';

/** The labels [n] of a `.npy` file of whole numbers. Throws FILE_FORMAT for other arrays, and what reading a file throws. */
export async function readLabels(path: string): Promise<Int32Array> {
  const { shape, data } = await readNpy(path);
  if (shape.length !== 1 || data instanceof Float32Array || data instanceof Float64Array) {
    const type = data.constructor.name.replace('Array', '').toLowerCase();
    throw new ViewforgeError('FILE_FORMAT', path, `expected whole numbers of [n], got ${type} of [${shape}]`);
  }
  const labels = Int32Array.from(data, Number);
  const wrong = labels.findIndex((label, row) => label !== Number(data[row]));
  if (wrong >= 0)
    throw new ViewforgeError('FILE_FORMAT', path, `expected whole numbers of 32 bits, got ${data[wrong]} in row ${wrong}`);
  return labels;
}

/** The embeddings [n, d] of a `.npy` file of floats. Throws FILE_FORMAT for other arrays, and what reading a file throws. */
export async function readFeatures(path: string): Promise<Features> {
  const { shape, data } = await readNpy(path);
  const [n, d] = shape;
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  if (shape.length !== 2 || !isFloat || n === undefined || d === undefined) {
    const type = data.constructor.name.replace('Array', '').toLowerCase();
    throw new ViewforgeError('FILE_FORMAT', path, `expected float32 or float64 of [n, d], got ${type} of [${shape}]`);
  }
  return features(data, n, d);
}
