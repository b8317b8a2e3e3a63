import type { ByteRows } from '../planes.ts';
import type { FixedTables } from '../resample-bytes.ts';
import { clampLane } from './lanes.ts';

const { fround } = Math;

/** The twin of the kernel `resampleBytes`: columns first, into one interleaved row of 16-bit numbers, then rows. */
export function resampleBytesTwin({ bytes, offset, rowStride, width }: ByteRows, tables: FixedTables, to: Float32Array): void {
  const { vertical, shift } = tables;
  const step = vertical.taps + (vertical.taps % 2);
  const row = new Int16Array(width * 3);
  for (let y = 0; y < vertical.count; y++) {
    const first = offset + vertical.starts[y]! * rowStride;
    for (let i = 0; i < row.length; i++) {
      let sum = (1 << shift) >> 1;
      for (let k = 0; k < vertical.taps; k++) {
        sum = (sum + Math.imul(vertical.weights[y * step + k]!, bytes[first + k * rowStride + i]!)) | 0;
      }
      row[i] = Math.min(32767, Math.max(-32768, sum >> shift)); // saturates, as the vector instruction does
    }
    writeRow(row, y, tables, to);
  }
}

function writeRow(row: Int16Array, y: number, { vertical, horizontal, low, high, scale }: FixedTables, to: Float32Array): void {
  const { count, taps, starts, weights } = horizontal;
  const step = taps + (taps % 2);
  for (let c = 0; c < 3; c++) {
    const line = (c * vertical.count + y) * count;
    for (let x = 0; x < count; x++) {
      const first = starts[x]! * 3 + c;
      let sum = 0;
      for (let k = 0; k < taps; k++) sum = (sum + Math.imul(weights[x * step + k]!, row[first + k * 3]!)) | 0;
      to[line + x] = clampLane(fround(fround(sum) * scale), low, high);
    }
  }
}
