export { dotProducts, type Matrix, type MatrixBlock, type MatrixSpan } from './dot-products.ts';
export { fourierTransform } from './fourier-transform.ts';
export { dotRows, smallestNorm, type UnitRows, unitRows } from './rows.ts';
export {
  bytesPerElement,
  dataOf,
  elementTypeOf,
  type NpyData,
  type NpyHeader,
  npyHeader,
  npyPrefixLength,
  type NpyType,
  readNpyHeader,
} from './npy-header.ts';
export {
  halfFloat,
  parseSafetensors,
  type SafeTensors,
  type SafetensorsEntry,
  safetensorsHeadLength,
  safetensorsLayout,
  writeSafetensors,
} from './safetensors.ts';
export { sinkhorn, type SinkhornOptions } from './sinkhorn.ts';
export { logSumExp, softmax } from './softmax.ts';
export { stack, unstack } from './stack.ts';
export type { Features, Image, Integers, Pixels, Tensor } from './tensor.ts';
export { copy, elements, features, image, integers, isContiguous, pixels, tensor, values, zeros } from './tensor.ts';
export { topK } from './top-k.ts';
