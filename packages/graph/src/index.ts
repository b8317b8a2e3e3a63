export { createGraph, type Graph, type GraphOptions } from './create-graph.ts';
export type { ConstantData, ElementType } from './elements.ts';
export type { Attribute, Dimension, Value } from './encode.ts';
export { type FreedModel, freeWeights, type FreeWeightsOptions, type ModelWeight } from './free-weights.ts';
export { type ExternalData, type ModelSummary, type ModelValue, readModel } from './read-model.ts';
