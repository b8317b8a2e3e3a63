import type { Encoder, EncoderFacts } from '@viewforge/core';
import { elements, features, type Tensor, values } from '@viewforge/tensor';

/** An encoder without a model: the features of an item of `shape` [c, h, w] are its elements, [n, c h w]. */
export function flattenEncoder(shape: readonly number[]): Encoder {
  const width = elements(shape);
  const facts: EncoderFacts = {
    inputs: { image: { type: 'float32', shape: ['n', ...shape] } },
    outputs: { features: { type: 'float32', shape: ['n', width] } },
    width,
    provider: 'none',
    passedOver: [],
  };
  return {
    kind: 'encoder',
    name: 'flatten',
    version: 1,
    async open({ signal }) {
      signal.throwIfAborted();
      return facts;
    },
    async encode({ image }, { signal }) {
      signal.throwIfAborted();
      if (image === undefined || String(image.shape.slice(1)) !== String(shape))
        throw new RangeError(`flatten: expected items of [${shape}], got [${image?.shape.slice(1) ?? 'nothing'}]`);
      return { features: features(values(image as Tensor).slice(), image.shape[0]!, width) };
    },
    async close() {},
  };
}
