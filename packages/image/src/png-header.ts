import { crc32 } from 'node:zlib';

/** What the chunks before the pixels of a PNG tell. */
export interface PngHeader {
  readonly height: number;
  readonly width: number;
  /** Channels after the palette is resolved, alpha among them. */
  readonly channels: number;
}

const signature = '\x89PNG\r\n\x1a\n';
/** Channels and allowed bits of each color type: gray, RGB, palette, gray and alpha, RGB and alpha. */
const colorTypes: Readonly<Record<number, { readonly channels: number; readonly depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 3, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};

/**
 * The header of a PNG from the beginning of its file, up to its first pixels. Undefined for anything out of the ordinary: another
 * format, damage, a beginning that ends too early, and EXIF, which may turn the image. Somebody else then has to look.
 */
export function parsePngHeader(start: Uint8Array): PngHeader | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
  if (bytes.length < 33 || bytes.toString('latin1', 0, 8) !== signature) return undefined;
  if (bytes.readUInt32BE(8) !== 13 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  if (crc32(bytes.subarray(12, 29)) !== bytes.readUInt32BE(29)) return undefined;
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth, colorType, compression, filter, interlace] = bytes.subarray(24, 29);
  const known = colorTypes[colorType!];
  const isUsual = compression === 0 && filter === 0 && interlace! <= 1;
  if (known === undefined || !known.depths.includes(depth!) || !isUsual) return undefined;
  if (width === 0 || height === 0 || width >= 2 ** 31 || height >= 2 ** 31) return undefined;
  const names = chunksBetween(bytes);
  if (names === undefined || names.some((name) => ['eXIf', 'tEXt', 'zTXt', 'iTXt'].includes(name))) return undefined;
  return { height, width, channels: known.channels + (names.includes('tRNS') ? 1 : 0) };
}

/** Names of the chunks between the header and the first pixels; undefined when the bytes end before. */
function chunksBetween(bytes: Buffer): string[] | undefined {
  const names: string[] = [];
  for (let at = 33; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (name === 'IDAT') return names;
    names.push(name);
  }
  return undefined;
}
