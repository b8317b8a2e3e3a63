import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type { Transformer } from '@napi-rs/image';
import { parseJpegHeader } from './jpeg-header.ts';

/** Interleaved RGB bytes. */
export interface RgbBytes {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
}

let loaded: Promise<typeof Transformer> | undefined;

/**
 * The pixels of a plain JPEG (see `JpegHeader`), turned as EXIF asks for; undefined for anything else, and for what the
 * decoder does not make sense of, so that another one may judge it. The decoder fills a file that is cut off with gray
 * without a word; so one that does not end with the end marker is not plain.
 */
export async function decodePlainJpeg(bytes: Uint8Array): Promise<RgbBytes | undefined> {
  const header = parseJpegHeader(bytes);
  if (!header?.isPlain || bytes.at(-2) !== 0xff || bytes.at(-1) !== 0xd9) return undefined;
  const { orientation, components } = header;
  const [height, width] = orientation < 5 ? [header.height, header.width] : [header.width, header.height];
  const decoder = await loadTransformer();
  await setImmediate(); // the library gives memory back, and signals are heard, only when the event loop turns
  const raw = decoded(decoder, bytes, orientation);
  if (raw?.length !== height * width * components) return undefined;
  return { data: components === 3 ? raw : threeTimes(raw, 1), height, width };
}

/** The first of `channels` interleaved channels, three times over. */
export function threeTimes(gray: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((gray.length / channels) * 3);
  for (let i = 0, at = 0; i < gray.length; i += channels, at += 3) rgb[at] = rgb[at + 1] = rgb[at + 2] = gray[i]!;
  return rgb;
}

/** Version of the library that decodes plain JPEG files. */
export function plainJpegVersion(): string {
  return (createRequire(import.meta.url)('@napi-rs/image/package.json') as { readonly version: string }).version;
}

/** On this thread: in a worker handing the image to yet another thread costs more than it gains. */
function decoded(Decoder: typeof Transformer, bytes: Uint8Array, orientation: number): Uint8Array | undefined {
  try {
    const image = new Decoder(bytes);
    if (orientation > 1) image.rotate(orientation);
    const { buffer, byteOffset, length } = image.rawPixelsSync();
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    return undefined;
  }
}

function loadTransformer(): Promise<typeof Transformer> {
  loaded ??= import('@napi-rs/image').then((library) => library.Transformer);
  return loaded;
}
