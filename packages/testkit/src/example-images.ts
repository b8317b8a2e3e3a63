import { createRandom } from '@viewforge/random';
import { type Image, image, type Pixels, pixels } from '@viewforge/tensor';

/** Sizes [h, w] with the cases that go wrong first: odd, wide, tall, a single pixel. */
const sizes: readonly (readonly [number, number])[] = [
  [16, 16],
  [13, 21],
  [20, 7],
  [1, 1],
];

/** Images [3, h, w] in [0, 1] of different content and size, from a square of 16 to a single pixel. */
export function exampleImages(): Image[] {
  return sizes.map(([h, w], i) => {
    const scene = drawScene(i, h, w);
    const data = new Float32Array(3 * h * w);
    for (let c = 0; c < 3; c++) for (let i = 0; i < h * w; i++) data[c * h * w + i] = scene[i * 3 + c]! / 255;
    return image(data, 3, h, w);
  });
}

/** `n` decoded pictures [3, h, w] in bytes, each of its own content and size, strided as decoders give them. */
export function examplePixels(n = 4): Pixels[] {
  return Array.from({ length: n }, (_, i) => {
    const h = 24 + ((i * 7) % 17);
    const w = 24 + ((i * 5) % 13);
    return pixels(drawScene(i, h, w), h, w, 3);
  });
}

/** Black with one white element in the middle, [channels, side, side]; `side` is odd. */
export function pointImage(side: number, channels = 1): Image {
  const data = new Float32Array(channels * side * side);
  for (let c = 0; c < channels; c++) data[c * side * side + Math.floor((side * side) / 2)] = 1;
  return image(data, channels, side, side);
}

/** One intensity everywhere, [channels, side, side]. */
export function flatImage(side: number, value: number, channels = 1): Image {
  return image(new Float32Array(channels * side * side).fill(value), channels, side, side);
}

/** Every element another value: i / (c h w) for element i in row-major order, so that it is seen where each one went. */
export function rampImage(c: number, h: number, w: number): Image {
  return image(
    Float32Array.from({ length: c * h * w }, (_, i) => i / (c * h * w)),
    c,
    h,
    w,
  );
}

/**
 * A picture with the statistics of a photograph, as interleaved bytes [h, w, 3]: a sky that fades, soft discs, some noise.
 * The same number always gives the same picture.
 */
export function drawScene(number: number, h: number, w: number): Uint8Array {
  const random = createRandom('scene').fork(number, h, w);
  const sky = Array.from({ length: 6 }, () => random.uniform(30, 220));
  const discs = Array.from({ length: 4 }, () => ({
    y: random.uniform(0, h),
    x: random.uniform(0, w),
    radius: random.uniform(0.1, 0.4) * Math.min(h, w),
    color: [random.uniform(-120, 120), random.uniform(-120, 120), random.uniform(-120, 120)] as const,
  }));
  const bytes = new Uint8Array(h * w * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const noise = random.uniform(-6, 6);
      const cover = discs.map((disc) => 1 / (1 + Math.exp(Math.hypot(y - disc.y, x - disc.x) - disc.radius)));
      for (let c = 0; c < 3; c++) {
        const fade = sky[c]! + ((sky[c + 3]! - sky[c]!) * y) / h;
        const value = discs.reduce((sum, disc, i) => sum + cover[i]! * disc.color[c]!, fade) + noise;
        bytes[(y * w + x) * 3 + c] = Math.round(Math.min(255, Math.max(0, value)));
      }
    }
  }
  return bytes;
}
