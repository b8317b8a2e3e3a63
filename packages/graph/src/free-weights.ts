import { elementType } from './elements.ts';
import { encodeTensor, encodeValueInfo } from './encode.ts';
import { bytesField, concat, fields, type ProtoField } from './protobuf.ts';
import { type ExternalData, externalOf } from './read-model.ts';

/** A weight of a model. */
export interface ModelWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array<ArrayBuffer>;
}

/** A model whose weights have to be fed, and the weights it had. */
export interface FreedModel {
  readonly bytes: Uint8Array;
  /** In the order of the model. */
  readonly weights: readonly ModelWeight[];
  /** Names of those that are running means and variances of batch normalizations: no gradient changes them. */
  readonly statistics: readonly string[];
}

/** Which weights are freed, and where those lie that are not in the model file. */
export interface FreeWeightsOptions {
  /** Every float32 weight when left out. */
  readonly choose?: (weight: { readonly name: string; readonly shape: readonly number[] }) => boolean;
  /** The numbers of a tensor in another file, little-endian. Tensors with external data are written into the model. */
  readonly read?: (data: ExternalData) => Uint8Array;
}

/**
 * A model with its float32 weights (initializers of the main graph) as inputs of their names, so that one session can run with many sets of
 * them. Nothing else of the file changes. What ONNX Runtime would work out of constant weights when it loads the model, such as folded
 * batch normalizations, it then works out in every run.
 *
 * Throws RangeError when the bytes are no ONNX model, where no weight is chosen, and for a weight in another file without `read`.
 */
export function freeWeights(model: Uint8Array, options: FreeWeightsOptions = {}): FreedModel {
  const weights: ModelWeight[] = [];
  const parts = [...fields(model)].map((field) =>
    field.field === 7 ? bytesField(7, freeGraph(field.bytes, options, weights)) : field.whole,
  );
  if (weights.length === 0) throw new RangeError('freeWeights: expected at least one float32 weight to free, got none');
  const statistics = statisticsOf(model).filter((name) => weights.some((weight) => weight.name === name));
  return { bytes: concat(parts), weights, statistics };
}

/** What batch normalizations of the main graph take as mean and variance, each once. */
function statisticsOf(model: Uint8Array): string[] {
  const found = new Set<string>();
  for (const { field, bytes: graph } of fields(model)) {
    if (field !== 7) continue;
    for (const { field: part, bytes: node } of fields(graph)) {
      if (part !== 1 || textOf(node, 4) !== 'BatchNormalization') continue;
      const inputs = [...fields(node)].filter((each) => each.field === 1).map(({ bytes }) => new TextDecoder().decode(bytes));
      for (const name of inputs.slice(3, 5)) found.add(name);
    }
  }
  return [...found];
}

function freeGraph(graph: Uint8Array, { choose = () => true, read }: FreeWeightsOptions, weights: ModelWeight[]): Uint8Array[] {
  const all = [...fields(graph)];
  const stated = new Set(all.filter(({ field }) => field === 11).map(({ bytes }) => textOf(bytes, 1)));
  const freed: Uint8Array[] = [];
  const kept = all.flatMap((field) => {
    if (field.field !== 5) return [field.whole];
    const tensor = readTensor(field, read);
    if (tensor.data === undefined || !choose(tensor)) return [tensor.whole];
    const { name, shape, data } = tensor;
    weights.push({ name, shape, data });
    // files of the first versions state every weight as an input already, whose value the initializer was
    if (!stated.has(name)) freed.push(bytesField(11, encodeValueInfo(name, 'float32', shape)));
    return [];
  });
  return [...kept, ...freed];
}

interface ReadTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Undefined for other types than float32. */
  readonly data: Float32Array<ArrayBuffer> | undefined;
  /** The initializer as a field of its graph, its numbers in it. */
  readonly whole: Uint8Array;
}

function readTensor({ bytes, whole }: ProtoField, read: FreeWeightsOptions['read']): ReadTensor {
  const all = [...fields(bytes)];
  const name = textOf(bytes, 8);
  const shape = all.filter(({ field }) => field === 1).flatMap(wholeNumbers);
  const type = elementType(Number(all.findLast(({ field }) => field === 2)?.varint ?? 0n));
  const external = externalOf(bytes);
  if (external !== undefined && read === undefined)
    throw new RangeError(
      `freeWeights: expected the numbers of "${name}" in the model, got a reference to "${external.location}"`,
    );
  const raw = external === undefined ? all.findLast(({ field }) => field === 9)?.bytes : read!(external);
  const inside = external === undefined ? whole : bytesField(5, inlined(all, raw!));
  if (type !== 'float32') return { name, shape, data: undefined, whole: inside };
  const data = raw === undefined ? floats(all.filter(({ field }) => field === 4)) : new Float32Array(new Uint8Array(raw).buffer); // `slice` of a Buffer copies nothing
  encodeTensor(name, data, shape); // throws where the shape does not hold the numbers
  return { name, shape, data, whole: inside };
}

/** The fields of a tensor with its numbers in place of the reference to them. */
function inlined(all: readonly ProtoField[], raw: Uint8Array): Uint8Array[] {
  return [...all.filter(({ field }) => field !== 13 && field !== 14).map((field) => field.whole), bytesField(9, raw)];
}

/** One number, or many in one field. */
function wholeNumbers({ bytes, varint }: ProtoField): number[] {
  if (bytes.length === 0) return [Number(varint)];
  const found: number[] = [];
  let [value, shift] = [0, 1];
  for (const byte of bytes) {
    value += (byte & 127) * shift;
    shift *= 128;
    if (byte >= 128) continue;
    found.push(value);
    [value, shift] = [0, 1];
  }
  return found;
}

function floats(parts: readonly ProtoField[]): Float32Array<ArrayBuffer> {
  return new Float32Array(concat(parts.map(({ bytes }) => bytes)).buffer as ArrayBuffer);
}

function textOf(message: Uint8Array, number: number): string {
  return new TextDecoder().decode([...fields(message)].findLast(({ field }) => field === number)?.bytes ?? new Uint8Array(0));
}
