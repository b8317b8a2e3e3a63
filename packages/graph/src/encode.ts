import { type ConstantData, type ElementType, elementNumber, typeOfData } from './elements.ts';
import { bytesField, concat, floatField, varintField } from './protobuf.ts';

/** Something that flows in a graph: an input, a constant, or what a node gave. */
export interface Value {
  /** Unique in its graph. */
  readonly name: string;
}

/** A dimension: a size, or a name for one that is free. */
export type Dimension = number | string;

/** An attribute of a node: a whole number, whole numbers, a text, or reals marked by `float` and `floats`. */
export type Attribute = number | readonly number[] | string | { readonly float: number } | { readonly floats: readonly number[] };

/** A ModelProto around the encoded fields of its graph. */
export function encodeModel(graph: readonly Uint8Array[], opset: number, doc: string): Uint8Array {
  const irVersion = opset >= 21 ? 10 : opset >= 19 ? 9 : opset >= 15 ? 8 : 7;
  return concat([
    varintField(1, irVersion),
    bytesField(2, 'viewforge'),
    ...(doc === '' ? [] : [bytesField(6, doc)]),
    bytesField(7, graph),
    bytesField(8, [bytesField(1, ''), varintField(2, opset)]),
  ]);
}

/** A NodeProto as a field of its graph. */
export function encodeNode(
  operator: string,
  inputs: readonly (Value | undefined)[],
  outputs: readonly Value[],
  attributes: Readonly<Record<string, Attribute>>,
): Uint8Array {
  return bytesField(1, [
    ...inputs.map((input) => bytesField(1, input?.name ?? '')),
    ...outputs.map((output) => bytesField(2, output.name)),
    bytesField(3, outputs[0]!.name),
    bytesField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, encodeAttribute(name, value))),
  ]);
}

/** The numbers before the kinds are those of AttributeProto.AttributeType: 1 real, 2 whole, 3 text, 6 reals, 7 whole numbers. */
function encodeAttribute(name: string, value: Attribute): Uint8Array[] {
  const kind = (type: number) => varintField(20, type);
  if (typeof value === 'string') return [bytesField(1, name), bytesField(4, value), kind(3)];
  if (typeof value === 'number') return [bytesField(1, name), varintField(3, whole(name, value)), kind(2)];
  if ('float' in value) return [bytesField(1, name), floatField(2, value.float), kind(1)];
  if ('floats' in value) return [bytesField(1, name), ...value.floats.map((one) => floatField(7, one)), kind(6)];
  return [bytesField(1, name), ...value.map((one) => varintField(8, whole(name, one))), kind(7)];
}

function whole(name: string, value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`attribute ${name}: expected a whole number or { float }, got ${value}`);
  return value;
}

/** A TensorProto as an initializer of its graph. Throws RangeError when the shape does not hold the data. */
export function encodeTensor(name: string, data: ConstantData, shape: readonly number[]): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) throw new RangeError(`${name}: shape [${shape}] holds ${count} elements, got ${data.length}`);
  // raw data is little-endian, as are the typed arrays of every platform Node runs on
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return bytesField(5, [
    ...shape.map((size) => varintField(1, size)),
    varintField(2, elementNumber(typeOfData(data))),
    bytesField(8, name),
    bytesField(9, raw),
  ]);
}

/** The fields of a ValueInfoProto. */
export function encodeValueInfo(name: string, type: ElementType, shape: readonly Dimension[]): Uint8Array[] {
  const dimensions = shape.map((size) => bytesField(1, [typeof size === 'number' ? varintField(1, size) : bytesField(2, size)]));
  const tensor = [varintField(1, elementNumber(type)), bytesField(2, dimensions)];
  return [bytesField(1, name), bytesField(2, [bytesField(1, tensor)])];
}
