import fc from 'fast-check';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { parsePngHeader } from './png-header.ts';

function noise(height: number, width: number, channels: 1 | 3 | 4) {
  const data = Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 53 + (i >> 4) * 17) % 256);
  return sharp(data, { raw: { height, width, channels } });
}

test('whatever the decoder library writes is read as it reads it', async () => {
  const kinds = fc.record({
    height: fc.integer({ min: 1, max: 40 }),
    width: fc.integer({ min: 1, max: 40 }),
    channels: fc.constantFrom(1 as const, 3 as const, 4 as const),
    space: fc.constantFrom('srgb', 'b-w', 'rgb16', 'grey16'),
    palette: fc.boolean(),
    progressive: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(kinds, async ({ height, width, channels, space, ...options }) => {
      const bytes = await noise(height, width, channels).toColourspace(space).png(options).toBuffer();
      const found = await sharp(bytes).metadata();
      expect(parsePngHeader(bytes)).toEqual({ height: found.height, width: found.width, channels: found.channels });
    }),
    { seed: 7, numRuns: 100 },
  );
});

test('a PNG with EXIF is left to others, as that may turn it', async () => {
  const bytes = await noise(2, 3, 3).withMetadata({ orientation: 6 }).png().toBuffer();
  expect(parsePngHeader(bytes)).toBeUndefined();
});

test('damage anywhere in the header is left to others', async () => {
  const bytes = await noise(2, 3, 3).png().toBuffer();
  expect(parsePngHeader(bytes)).toEqual({ height: 2, width: 3, channels: 3 });
  for (let at = 0; at < 33; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(parsePngHeader(changed)).toBeUndefined();
  }
  for (let length = 0; length < 40; length++) expect(parsePngHeader(bytes.subarray(0, length))).toBeUndefined();
});
