import type Sharp from 'sharp';
import { plainJpegVersion } from './decode-jpeg.ts';

let loaded: Promise<typeof Sharp> | undefined;

/**
 * The decoder library, loaded at first use. One thread an image and no cache: images are decoded once each, side by side, so both
 * would only take memory and cores from the views.
 */
export function loadSharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}

/** Versions of the decoders and of the libraries under them that decide decoded bytes, by name. */
export async function decoderVersions(): Promise<Readonly<Record<string, string>>> {
  const { versions } = await loadSharp();
  const names = ['sharp', 'vips', 'mozjpeg', 'png', 'webp', 'tiff', 'heif', 'cgif', 'lcms'] as const;
  const known: Readonly<Record<string, string | undefined>> = versions;
  return {
    '@napi-rs/image': plainJpegVersion(),
    ...Object.fromEntries(names.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]]]))),
  };
}
