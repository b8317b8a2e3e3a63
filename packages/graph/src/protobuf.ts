/** One field of a protobuf message: a varint or the bytes of a length-delimited or fixed-width value. */
export interface ProtoField {
  /** Number of the field in its message, >= 1. */
  readonly field: number;
  /** Value of a varint field, wrapped to 64 bits signed; 0n for others. */
  readonly varint: bigint;
  /** Bytes of the value; empty for a varint. A window on the message, not a copy. */
  readonly bytes: Uint8Array;
  /** The whole field with its number, as it stands in the message; also a window. */
  readonly whole: Uint8Array;
}

/** A whole number of 64 bits signed as a protobuf field. */
export function varintField(field: number, value: number | bigint): Uint8Array {
  return concat([varint(BigInt(field) << 3n), varint(BigInt.asUintN(64, BigInt(value)))]);
}

/** A float32 as a protobuf field. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return concat([varint((BigInt(field) << 3n) | 5n), bytes]);
}

/** Bytes, a text in UTF-8, or a nested message from its fields, as a protobuf field. */
export function bytesField(field: number, value: Uint8Array | string | readonly Uint8Array[]): Uint8Array {
  const content = typeof value === 'string' ? [new TextEncoder().encode(value)] : value instanceof Uint8Array ? [value] : value;
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return concat([varint((BigInt(field) << 3n) | 2n), varint(BigInt(length)), ...content]);
}

/** Parts one after the other. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * The fields of a message in the order they are stored. Throws RangeError where the bytes are no protobuf:
 * cut short, a field number of 0, a varint over ten bytes, or a wire type that is not in use.
 */
export function* fields(message: Uint8Array): Generator<ProtoField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  while (at < message.length) {
    const begin = at;
    const tag = readVarint(view, at);
    at = tag.end;
    const field = Number(tag.value >> 3n);
    const wire = Number(tag.value & 7n);
    if (field < 1 || field > 0x1fffffff) throw new RangeError(`fields: expected a field number, got ${field} at byte ${at}`);
    if (wire === 0) {
      const { value, end } = readVarint(view, at);
      yield { field, varint: BigInt.asIntN(64, value), bytes: message.subarray(end, end), whole: message.subarray(begin, end) };
      at = end;
      continue;
    }
    const { length, start } = extent(view, at, wire);
    if (start + length > message.length) {
      throw new RangeError(`fields: field ${field} at byte ${at} needs ${length} bytes, ${message.length - start} are left`);
    }
    at = start + length;
    yield { field, varint: 0n, bytes: message.subarray(start, at), whole: message.subarray(begin, at) };
  }
}

function extent(view: DataView, at: number, wire: number): { length: number; start: number } {
  if (wire === 1) return { length: 8, start: at };
  if (wire === 5) return { length: 4, start: at };
  if (wire !== 2) throw new RangeError(`fields: expected wire type 0, 1, 2 or 5, got ${wire} at byte ${at}`);
  const { value, end } = readVarint(view, at);
  return { length: Number(value), start: end };
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 128);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

function readVarint(view: DataView, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let length = 0; length < 10; length++) {
    if (start + length >= view.byteLength) throw new RangeError(`fields: a number at byte ${start} is cut short`);
    const byte = view.getUint8(start + length);
    value |= BigInt(byte & 127) << BigInt(7 * length);
    if (byte < 128) return { value, end: start + length + 1 };
  }
  throw new RangeError(`fields: expected a number of at most ten bytes at byte ${start}`);
}
