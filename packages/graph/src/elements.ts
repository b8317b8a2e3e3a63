/** ONNX element types by number; the position is the number in a model file. */
const byNumber = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
] as const;

/** Element type of a tensor. */
export type ElementType = (typeof byNumber)[number];

/** What a constant may hold; its element type follows from the array. */
export type ConstantData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** The number that stands for an element type in a model file. */
export function elementNumber(type: ElementType): number {
  return byNumber.indexOf(type);
}

/** The element type that a number in a model file stands for; 'undefined' for those not known here. */
export function elementType(number: number): ElementType {
  return byNumber[number] ?? 'undefined';
}

/** Element type of a typed array. */
export function typeOfData(data: ConstantData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  return 'uint8';
}
