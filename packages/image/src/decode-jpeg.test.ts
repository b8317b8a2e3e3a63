import { readdirSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { values } from '@viewforge/tensor';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import jpegs from '../fixtures/jpegs.json' with { type: 'json' };
import { decodePlainJpeg } from './decode-jpeg.ts';
import { decodeImage, decoderVersions, ImageError } from './index.ts';

const fixtures = jpegs.images;
const photos = new URL('../../../examples/photos/', import.meta.url);
const names = readdirSync(photos).filter((name) => name.endsWith('.jpg'));
const photo = (name: string) => readFileSync(new URL(name, photos));

/** How far the two decoders are apart, in levels, and `most` of it without the outermost pixels; both made the same shape. */
async function difference(bytes: Uint8Array) {
  const [fast, other] = [await decodeImage(bytes), await decodeImage(bytes, 'image', { decoder: 'sharp' })];
  expect(fast.shape).toEqual(other.shape);
  const [, height, width] = fast.shape as [number, number, number];
  let [most, sum] = [0, 0];
  for (let i = 0; i < fast.data.length; i++) {
    const [y, x] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width];
    const apart = Math.abs(fast.data[i]! - other.data[i]!);
    if (y > 0 && x > 0 && y < height - 1 && x < width - 1) most = Math.max(most, apart);
    sum += apart;
  }
  return { most, mean: sum / fast.data.length };
}

/** A blurred pattern, as sharp edges of color are what decoders differ on most. */
function pattern(height: number, width: number) {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 53 + (i >> 4) * 17) % 256);
  return sharp(data, { raw: { height, width, channels: 3 } }).blur(1);
}

test.each(names)('%s: the decoders agree within 6 levels, and 0.3 on average', async (name) => {
  const { most, mean } = await difference(photo(name));
  expect(most).toBeLessThanOrEqual(6);
  expect(mean).toBeLessThan(0.3);
  expect(await decodePlainJpeg(photo(name))).toBeDefined();
});

test('the decoders agree within 6 levels on images of any size and kind, but for their outermost pixels', async () => {
  const kinds = fc.record({
    height: fc.integer({ min: 1, max: 47 }),
    width: fc.integer({ min: 5, max: 33 }),
    orientation: fc.integer({ min: 1, max: 8 }),
    space: fc.constantFrom('srgb', 'b-w'),
    progressive: fc.boolean(),
    chromaSubsampling: fc.constantFrom('4:4:4', '4:2:0'),
  });
  await fc.assert(
    fc.asyncProperty(kinds, async ({ height, width, orientation, space, progressive, chromaSubsampling }) => {
      const image = pattern(height, width).toColourspace(space).withMetadata({ orientation });
      const { most, mean } = await difference(await image.jpeg({ progressive, chromaSubsampling }).toBuffer());
      expect(most).toBeLessThanOrEqual(6);
      expect(mean).toBeLessThan(1.5); // small images are mostly edge, and there the decoders upsample color differently
    }),
    { seed: 8, numRuns: 150 },
  );
});

test.each(Object.entries(fixtures))('%s: the decoders agree as well', async (_, base64) => {
  const { most, mean } = await difference(Buffer.from(base64, 'base64'));
  expect(most).toBeLessThanOrEqual(6);
  expect(mean).toBeLessThan(0.6);
});

test.each([1, 2, 3, 4])('images %i pixels wide have the same shape and gray', async (width) => {
  for (const height of [1, 2, 17]) {
    const image = pattern(height, width).grayscale();
    const { mean } = await difference(await image.jpeg({ chromaSubsampling: '4:2:0' }).toBuffer());
    expect(mean).toBeLessThan(0.5);
  }
});

test.each(['422', '440', 'restart-420', 'restart-444'] as const)('%s shows the colors that were written', async (name) => {
  const decoded = await decodeImage(Buffer.from(fixtures[name], 'base64'));
  expect(decoded.shape).toEqual([3, 47, 33]);
  let sum = 0;
  for (let y = 0; y < 47; y++)
    for (let x = 0; x < 33; x++) sum += Math.abs(decoded.get(0, y, x) - (127 + 100 * Math.sin(0.31 * x + 0.07 * y)));
  expect(sum / (47 * 33)).toBeLessThan(4); // quality 90
});

test('gray becomes three equal channels', async () => {
  const gray = await pattern(9, 7).toColourspace('b-w').jpeg().toBuffer();
  expect(await decodePlainJpeg(gray)).toMatchObject({ height: 9, width: 7 });
  const decoded = await decodeImage(gray);
  const whole = values(decoded);
  expect(whole.subarray(0, 63)).toEqual(whole.subarray(63, 126));
  expect(whole.subarray(0, 63)).toEqual(whole.subarray(126));
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i turns the image as EXIF says', async (orientation) => {
  // dark left half, and a bright upper right corner: every turn looks different
  const stored = Uint8Array.from({ length: 16 * 32 * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 96), Math.floor(i / 3) % 32];
    return x < 16 ? 20 : y < 8 ? 230 : 120;
  });
  const image = sharp(stored, { raw: { height: 16, width: 32, channels: 3 } }).withMetadata({ orientation });
  const bytes = await image.jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
  const decoded = (await decodePlainJpeg(bytes))!;
  const at = (row: number, column: number) => {
    const [y, x] = [Math.floor((row + 0.5) * decoded.height), Math.floor((column + 0.5) * decoded.width)].map((v) => v >> 1) as [
      number,
      number,
    ];
    return Math.round(decoded.data[(y * decoded.width + x) * 3]! / 10) * 10;
  };
  // quarters, row by row; stored as [20, 230, 20, 120]. Which side of the stored image is on top and which on the left: EXIF 2.32, 4.6.4
  const quarters: Record<number, number[]> = {
    1: [20, 230, 20, 120],
    2: [230, 20, 120, 20],
    3: [120, 20, 230, 20],
    4: [20, 120, 20, 230],
    5: [20, 20, 230, 120],
    6: [20, 20, 120, 230],
    7: [120, 230, 20, 20],
    8: [230, 120, 20, 20],
  };
  expect([at(0, 0), at(0, 1), at(1, 0), at(1, 1)]).toEqual(quarters[orientation]);
});

describe('color profiles', () => {
  test('sRGB as a profile changes nothing', async () => {
    const bytes = await sharp(photo('coffee.jpg')).withIccProfile('srgb').jpeg({ quality: 95 }).toBuffer();
    expect(await decodePlainJpeg(bytes)).toBeDefined();
    const { most, mean } = await difference(bytes);
    expect(most).toBeLessThanOrEqual(6);
    expect(mean).toBeLessThan(0.4);
  });

  test('another profile is converted to sRGB', async () => {
    const green = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 60, g: 200, b: 60 } } });
    const bytes = await green.withIccProfile('p3').jpeg({ quality: 100 }).toBuffer();
    expect(await decodePlainJpeg(bytes)).toBeUndefined();
    const decoded = await decodeImage(bytes);
    [60, 200, 60].forEach((value, c) => {
      expect(Math.abs(decoded.get(c, 4, 4) - value)).toBeLessThanOrEqual(3);
    });
  });
});

describe('damage', () => {
  test.each([0.999, 0.9, 0.5, 0.2])('%f of a JPEG is IMAGE_DECODE and not a gray rest', async (share) => {
    const whole = photo('chelsea.jpg');
    const cut = whole.subarray(0, Math.floor(whole.length * share));
    const error = await decodeImage(cut, 'cut').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ code: 'IMAGE_DECODE', message: expect.stringMatching(/^cut: expected a complete image/) });
  });

  test('bytes behind the end do no harm', async () => {
    const whole = photo('chelsea.jpg');
    const decoded = await decodeImage(Buffer.concat([whole, Buffer.alloc(100)]));
    expect(decoded.shape).toEqual([3, 300, 451]);
  });

  test('whatever is damaged ends as it ends with the other decoder: with pixels, or with the same code', async () => {
    const whole = await sharp(photo('chelsea.jpg')).resize(64, 48).jpeg().toBuffer();
    const outcome = (work: Promise<unknown>) => work.then(() => 'pixels').catch((error: ImageError) => error.code);
    const damage = fc.array(fc.tuple(fc.integer({ min: 2, max: whole.length - 3 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (places) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of places) bytes[at] = value;
        expect(await outcome(decodeImage(bytes))).toBe(await outcome(decodeImage(bytes, 'image', { decoder: 'sharp' })));
      }),
      { seed: 9, numRuns: 300 },
    );
  });
});

test('the same bytes come out every time', async () => {
  const bytes = photo('coffee.jpg');
  const sums = await Promise.all([1, 2, 3].map(async () => crc32((await decodeImage(bytes)).data)));
  expect(new Set(sums).size).toBe(1);
});

test('the versions of both decoders are told', async () => {
  const versions = await decoderVersions();
  expect(versions['@napi-rs/image']).toMatch(/^\d+\.\d+\.\d+/);
  expect(versions['sharp']).toMatch(/^\d+\.\d+\.\d+/);
});

test('decoding lets the event loop turn, so that memory is given back and signals are heard', async () => {
  const bytes = photo('chelsea.jpg');
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  for (let i = 0; i < 10; i++) await decodeImage(bytes);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});
