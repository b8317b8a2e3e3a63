import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import jpegs from '../fixtures/jpegs.json' with { type: 'json' };
import { parseJpegHeader } from './jpeg-header.ts';

const fixtures = jpegs.images;
const photos = new URL('../../../examples/photos/', import.meta.url);
const names = readdirSync(photos).filter((name) => name.endsWith('.jpg'));

/** What the decoder library reads, as another implementation of the same. */
async function foreign(bytes: Uint8Array) {
  const { height, width, channels, orientation = 1 } = await sharp(bytes).metadata();
  return { height, width, components: channels, orientation };
}

function noise(height: number, width: number) {
  const data = Uint8Array.from({ length: height * width * 3 }, (_, i) => (i * 53 + (i >> 4) * 17) % 256);
  return sharp(data, { raw: { height, width, channels: 3 } });
}

/** A JPEG with segments put behind its first two bytes. */
function withSegments(jpeg: Uint8Array, ...segments: (readonly [marker: number, body: Uint8Array])[]): Uint8Array {
  const framed = segments.flatMap(([marker, body]) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(body.length + 2, 2);
    return [head, body];
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...framed, jpeg.subarray(2)]);
}

/** An EXIF block of one orientation, in either byte order; with a thumbnail, a JPEG of its own with an orientation of its own. */
function exif(orientation: number, order: 'II' | 'MM', thumbnail?: Uint8Array): Buffer {
  const tiff = Buffer.alloc(62);
  const short = (value: number, at: number) => (order === 'II' ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at));
  const long = (value: number, at: number) => (order === 'II' ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at));
  const entry = (at: number, tag: number, type: number, value: number) => {
    short(tag, at);
    short(type, at + 2);
    long(1, at + 4);
    if (type === 3) short(value, at + 8);
    else long(value, at + 8);
  };
  tiff.write(order, 0, 'latin1');
  short(42, 2);
  long(8, 4);
  short(1, 8);
  entry(10, 0x0112, 3, orientation);
  if (thumbnail === undefined) return Buffer.concat([Buffer.from('Exif\0\0'), tiff.subarray(0, 26)]);
  long(26, 22);
  short(2, 26);
  entry(28, 0x0201, 4, 62);
  entry(40, 0x0202, 4, thumbnail.length);
  return Buffer.concat([Buffer.from('Exif\0\0'), tiff, thumbnail]);
}

test.each(names)('%s: the same as the decoder library reads, and plain', async (name) => {
  const bytes = readFileSync(new URL(name, photos));
  expect(parseJpegHeader(bytes)).toEqual({ ...(await foreign(bytes)), isPlain: true });
});

test('whatever the decoder library writes is read as it reads it', async () => {
  const kinds = fc.record({
    height: fc.integer({ min: 1, max: 70 }),
    width: fc.integer({ min: 1, max: 70 }),
    orientation: fc.integer({ min: 0, max: 8 }),
    space: fc.constantFrom('srgb', 'b-w', 'cmyk'),
    progressive: fc.boolean(),
    chromaSubsampling: fc.constantFrom('4:4:4', '4:2:0'),
    profile: fc.constantFrom(undefined, 'srgb', 'p3'),
  });
  await fc.assert(
    fc.asyncProperty(kinds, async ({ height, width, orientation, space, progressive, chromaSubsampling, profile }) => {
      let image = noise(height, width).toColourspace(space);
      if (orientation > 0) image = image.withMetadata({ orientation });
      if (profile !== undefined && space === 'srgb') image = image.withIccProfile(profile);
      const bytes = await image.jpeg({ progressive, chromaSubsampling }).toBuffer();
      const header = parseJpegHeader(bytes);
      expect(header).toMatchObject(await foreign(bytes));
      const { channels, icc } = await sharp(bytes).metadata(); // an orientation brings a profile along
      const isConverted = channels === 4 || (channels === 1 ? icc !== undefined : profile === 'p3' && space === 'srgb');
      expect(header?.isPlain).toBe(!progressive && !isConverted);
    }),
    { seed: 5, numRuns: 120 },
  );
});

describe('EXIF', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'orientation %i is read in both byte orders, and beside a thumbnail',
    async (orientation) => {
      const jpeg = await noise(20, 30).jpeg().toBuffer();
      const thumbnail = withSegments(await noise(4, 6).jpeg().toBuffer(), [0xe1, exif(3, 'II')]);
      for (const block of [exif(orientation, 'II'), exif(orientation, 'MM'), exif(orientation, 'MM', thumbnail)]) {
        const bytes = withSegments(jpeg, [0xe1, block]);
        expect(parseJpegHeader(bytes)).toMatchObject({ height: 20, width: 30, orientation });
        expect(await foreign(bytes)).toMatchObject({ height: 20, width: 30, orientation });
      }
    },
  );

  test('damaged EXIF, an orientation that is none, and two blocks are left to others', async () => {
    const jpeg = await noise(20, 30).jpeg().toBuffer();
    const cut = exif(6, 'II').subarray(0, 20);
    for (const block of [cut, exif(9, 'II'), exif(0, 'MM'), Buffer.from('Exif\0\0XX*\0aaaaaaaaaa')])
      expect(parseJpegHeader(withSegments(jpeg, [0xe1, block]))).toBeUndefined();
    expect(parseJpegHeader(withSegments(jpeg, [0xe1, exif(6, 'II')], [0xe1, exif(1, 'II')]))).toBeUndefined();
  });

  test('another APP1 segment, such as XMP, says nothing of orientation', async () => {
    const bytes = withSegments(await noise(2, 3).jpeg().toBuffer(), [0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<x/>')]);
    expect(parseJpegHeader(bytes)).toMatchObject({ orientation: 1, isPlain: true });
  });
});

describe('what is plain', () => {
  test.each([
    ['422', true],
    ['440', true],
    ['411', false],
    ['restart-420', true],
    ['restart-444', true],
    ['gray-restart', true],
    ['rgb', false],
  ] as const)('%s: %s', async (name, isPlain) => {
    const bytes = Buffer.from(fixtures[name], 'base64');
    expect(parseJpegHeader(bytes)).toEqual({ ...(await foreign(bytes)), isPlain });
  });

  test('12 bits, lossless and arithmetic coding are left to others', async () => {
    const jpeg = await noise(20, 30).jpeg({ optimiseCoding: false }).toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    const changed = (offset: number, value: number) => {
      const bytes = Buffer.from(jpeg);
      bytes[frame + offset] = value;
      return parseJpegHeader(bytes);
    };
    expect(changed(1, 0xc0)).toMatchObject({ isPlain: true });
    expect(changed(1, 0xc1)).toMatchObject({ isPlain: false }); // extended
    expect(changed(4, 12)).toBeUndefined();
    for (const coding of [0xc3, 0xc9, 0xca]) expect(changed(1, coding)).toBeUndefined();
  });

  test('a profile in pieces is put together; with a piece missing it is nobody knows what', async () => {
    const jpeg = await noise(20, 30).jpeg().toBuffer();
    const profile = (await sharp(await noise(2, 2).withIccProfile('srgb').jpeg().toBuffer()).metadata()).icc!;
    const piece = (number: number, of: number, part: Uint8Array) =>
      [0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([number, of]), part])] as const;
    const [first, second] = [profile.subarray(0, 200), profile.subarray(200)];
    expect(parseJpegHeader(withSegments(jpeg, piece(1, 2, first), piece(2, 2, second)))?.isPlain).toBe(true);
    expect(parseJpegHeader(withSegments(jpeg, piece(1, 2, first)))?.isPlain).toBe(false);
    expect(parseJpegHeader(withSegments(jpeg, piece(2, 2, second), piece(1, 2, first)))?.isPlain).toBe(false);
  });
});

test('a beginning of any length is read as the whole is, or not at all', async () => {
  const whole = withSegments(await noise(20, 30).jpeg().toBuffer(), [0xe1, exif(6, 'II')]);
  const header = parseJpegHeader(whole);
  const scan = Buffer.from(whole).indexOf(Buffer.from([0xff, 0xda]));
  expect(header).toMatchObject({ orientation: 6 });
  for (let length = 0; length < whole.length; length++)
    expect(parseJpegHeader(whole.subarray(0, length))).toEqual(length < scan + 4 ? undefined : header);
});

test('bytes of any kind are never an exception', () => {
  const start = fc.constantFrom(
    [],
    [0xff, 0xd8],
    [0xff, 0xd8, 0xff, 0xe1, 0, 40, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x49, 0x49, 0x2a, 0],
  );
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 80 }), (head, tail) => {
      parseJpegHeader(Uint8Array.from([...head, ...tail]));
    }),
    { seed: 6, numRuns: 2000 },
  );
});
