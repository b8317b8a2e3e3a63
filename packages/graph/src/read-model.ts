import { type ElementType, elementType } from './elements.ts';
import { concat, fields, type ProtoField } from './protobuf.ts';

/** An input or output of a model as its file states it. */
export interface ModelValue {
  readonly name: string;
  readonly type: ElementType;
  /** Sizes, names of free dimensions, null for a dimension of which nothing is said; null as a whole when there is no shape. */
  readonly shape: readonly (number | string | null)[] | null;
}

/** Where the numbers of a tensor lie when they are not in the model file. */
export interface ExternalData {
  /** Name of the tensor, '' when it has none. */
  readonly tensor: string;
  /** Path as written in the model, meant to be relative to its folder; '' when it is missing. */
  readonly location: string;
  /** In bytes; 0 when left out. */
  readonly offset: number;
  /** In bytes; undefined: to the end of the file. */
  readonly length: number | undefined;
}

/** What a model file says of itself. */
export interface ModelSummary {
  readonly irVersion: number;
  /** Program that wrote the model and its version; '' where not stated. */
  readonly producer: string;
  readonly producerVersion: string;
  readonly doc: string;
  /** Version by operator domain; '' is the domain of the standard operators. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Inputs that must be fed: those that an initializer gives a value to are left out. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  /** Number of nodes, those of subgraphs left out. */
  readonly nodes: number;
  /** Every tensor with external data, wherever in the model it stands. */
  readonly external: readonly ExternalData[];
}

/**
 * Reads the head of an ONNX model: inputs, outputs, versions, and every reference to a file outside.
 * Throws RangeError when the bytes are no ONNX model or are cut short.
 */
export function readModel(bytes: Uint8Array): ModelSummary {
  const found = { irVersion: 0, producer: '', producerVersion: '', doc: '', opsets: {} as Record<string, number> };
  const graphs: Uint8Array[] = [];
  for (const field of fields(bytes)) {
    if (field.field === 1) found.irVersion = Number(field.varint);
    else if (field.field === 2) found.producer = text(field);
    else if (field.field === 3) found.producerVersion = text(field);
    else if (field.field === 6) found.doc = text(field);
    else if (field.field === 7) graphs.push(field.bytes);
    else if (field.field === 8) Object.assign(found.opsets, readOpset(field.bytes));
  }
  if (found.irVersion < 1) throw new RangeError(`readModel: expected an IR version >= 1, got ${found.irVersion}`);
  if (graphs.length === 0) throw new RangeError('readModel: expected a graph, got none');
  if (Object.keys(found.opsets).length === 0) throw new RangeError('readModel: expected an operator set, got none');
  // a message given in several pieces is their concatenation
  const graph = graphs.length === 1 ? graphs[0]! : concat(graphs);
  return { ...found, ...readGraph(graph), external: [...externalData(bytes, 'model')] };
}

function readGraph(graph: Uint8Array): Pick<ModelSummary, 'inputs' | 'outputs' | 'nodes'> {
  const initialized = new Set<string>();
  const inputs: ModelValue[] = [];
  const outputs: ModelValue[] = [];
  let nodes = 0;
  for (const field of fields(graph)) {
    if (field.field === 1) nodes++;
    else if (field.field === 5) initialized.add(textOf(field.bytes, 8));
    else if (field.field === 11) inputs.push(readValue(field.bytes));
    else if (field.field === 12) outputs.push(readValue(field.bytes));
  }
  return { inputs: inputs.filter(({ name }) => !initialized.has(name)), outputs, nodes };
}

function readOpset(message: Uint8Array): Record<string, number> {
  const version = [...fields(message)].find(({ field }) => field === 2)?.varint ?? 0n;
  return { [textOf(message, 1)]: Number(version) };
}

function readValue(message: Uint8Array): ModelValue {
  const tensor = child(child(message, 2), 1);
  let type: ElementType = 'undefined';
  let shape: (number | string | null)[] | null = null;
  for (const field of fields(tensor)) {
    if (field.field === 1) type = elementType(Number(field.varint));
    else if (field.field === 2)
      shape = [...fields(field.bytes)].filter((one) => one.field === 1).map((one) => readDimension(one.bytes));
  }
  return { name: textOf(message, 1), type, shape };
}

function readDimension(message: Uint8Array): number | string | null {
  for (const field of fields(message)) {
    if (field.field === 1) return Number(field.varint) >= 0 ? Number(field.varint) : null;
    if (field.field === 2) return text(field) || null;
  }
  return null;
}

type Message = 'model' | 'graph' | 'node' | 'attribute' | 'function' | 'training' | 'sparse' | 'tensor';

/** Which fields of a message lead to tensors. */
const leads: Readonly<Record<Exclude<Message, 'tensor'>, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
  sparse: { 1: 'tensor', 2: 'tensor' },
};

function* externalData(bytes: Uint8Array, message: Message): Generator<ExternalData> {
  if (message === 'tensor') {
    const found = externalOf(bytes);
    if (found) yield found;
    return;
  }
  for (const field of fields(bytes)) {
    const next = leads[message][field.field];
    if (next) yield* externalData(field.bytes, next);
  }
}

/** Where a TensorProto has its numbers, when they are in another file. */
export function externalOf(tensor: Uint8Array): ExternalData | undefined {
  const entries: Record<string, string> = {};
  let name = '';
  let isExternal = false;
  for (const field of fields(tensor)) {
    if (field.field === 8) name = text(field);
    else if (field.field === 13) {
      entries[textOf(field.bytes, 1)] = textOf(field.bytes, 2);
      isExternal = true;
    } else if (field.field === 14) isExternal ||= field.varint === 1n;
  }
  if (!isExternal) return undefined;
  const { location = '', offset = '0', length } = entries;
  return { tensor: name, location, offset: Number(offset), length: length === undefined ? undefined : Number(length) };
}

/** The bytes of a field, empty when it is absent. Of several the last counts, as in every protobuf reader. */
function child(message: Uint8Array, number: number): Uint8Array {
  let found: Uint8Array = new Uint8Array(0);
  for (const { field, bytes } of fields(message)) if (field === number) found = bytes;
  return found;
}

function textOf(message: Uint8Array, number: number): string {
  return new TextDecoder().decode(child(message, number));
}

function text({ bytes }: ProtoField): string {
  return new TextDecoder().decode(bytes);
}
