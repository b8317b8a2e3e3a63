import { elements, type Tensor, tensor, values } from '@viewforge/tensor';

/** One output of an encoder: its name, element type and the shape of an item. */
export type RowSpec = readonly [name: string, type: 'f32' | 'f64', item: readonly number[]];

/** What the outputs of an encoder are for one item, in the order of their names. */
export function rowSpec(outputs: Readonly<Record<string, Tensor>>): readonly RowSpec[] {
  return Object.keys(outputs)
    .sort()
    .map((name) => [name, outputs[name]!.data instanceof Float64Array ? 'f64' : 'f32', outputs[name]!.shape.slice(1)]);
}

/**
 * All outputs for one item as bytes that say themselves what they are: the length of a JSON text, the text (`specs`, padded with spaces so
 * that numbers begin at a multiple of 8), and the numbers, little-endian.
 */
export function rowBytes(outputs: Readonly<Record<string, Tensor>>, specs: readonly RowSpec[], row: number): Uint8Array {
  const text = JSON.stringify(specs);
  const start = 8 * Math.ceil((4 + Buffer.byteLength(text)) / 8);
  const parts = specs.map(([name, , item]) => {
    const size = elements(item);
    const { buffer, byteOffset, byteLength } = values(outputs[name]!).subarray(row * size, (row + 1) * size);
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  const bytes = new Uint8Array(start + parts.reduce((sum, part) => sum + aligned(part.length), 0)).fill(0x20, 4, start);
  new DataView(bytes.buffer).setUint32(0, start - 4, true);
  bytes.set(Buffer.from(text), 4);
  let at = start;
  for (const part of parts) {
    bytes.set(part, at);
    at += aligned(part.length);
  }
  return bytes;
}

/** The outputs for items side by side; undefined where items have outputs of different kinds or shapes. */
export function joinRows(rows: readonly Uint8Array[]): Readonly<Record<string, Tensor>> | undefined {
  const { specs, start, text } = headOf(rows[0]!);
  if (rows.some((row) => headOf(row).text !== text)) return undefined;
  let at = start;
  const entries = specs.map(([name, type, item]) => {
    const Type = type === 'f64' ? Float64Array : Float32Array;
    const size = elements(item);
    const data = new Type(rows.length * size);
    const bytes = new Uint8Array(data.buffer);
    rows.forEach(
      (row, i) => void bytes.set(row.subarray(at, at + size * Type.BYTES_PER_ELEMENT), i * size * Type.BYTES_PER_ELEMENT),
    );
    at += aligned(size * Type.BYTES_PER_ELEMENT);
    return [name, tensor(data, [rows.length, ...item])] as const;
  });
  return Object.fromEntries(entries);
}

function headOf(row: Uint8Array): { specs: readonly RowSpec[]; start: number; text: string } {
  const length = new DataView(row.buffer, row.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(row.subarray(4, 4 + length));
  return { specs: JSON.parse(text) as readonly RowSpec[], start: 4 + length, text };
}

function aligned(length: number): number {
  return 8 * Math.ceil(length / 8);
}
