import { jpegPlanes } from '@viewforge/kernels';
import { type Image, values } from '@viewforge/tensor';
import { imageLike, planesOf } from './planes-of.ts';

/**
 * What JPEG coding at a quality of 1 … 100 leaves of an image: bytes, luma and two chromas of half the height and width, the DCT of
 * every 8 x 8 block rounded to multiples of the standard's example tables (scaled as the Independent JPEG Group does), and all the way
 * back. There is no entropy coding, which loses nothing. Three channels are RGB, any other number are gray, one by one; beyond the
 * edges their nearest values are coded. Results are levels / 255. Throws RangeError unless the quality is in 1 … 100.
 *
 * ITU-T Recommendation T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function degradeJpeg(input: Image, quality: number): Image {
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`degradeJpeg: expected a quality in 1 to 100, got ${quality}`);
  return imageLike(input, jpegPlanes(values(input), planesOf(input), quantizationSteps(quality)));
}

/** The 64 steps of luma, then those of chroma: table times scale, in 1 … 255. */
function quantizationSteps(quality: number): Float32Array {
  const percent = Math.floor(quality < 50 ? 5000 / quality : 200 - 2 * quality);
  const scaled = (step: number) => Math.min(255, Math.max(1, Math.floor((step * percent + 50) / 100)));
  return Float32Array.from([...lumaTable, ...chromaTable], scaled);
}

// biome-ignore format: tables K.1 and K.2 of the standard, in rows
const lumaTable = [
  16, 11, 10, 16, 24, 40, 51, 61,
  12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77,
  24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];
// biome-ignore format: as above
const chromaTable = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
];
