import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { values } from '@viewforge/tensor';
import { running } from '@viewforge/testkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manifest } from './manifest.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-bad-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A source of this one file, whatever its name. */
async function collectionOf(name: string) {
  const table = join(folder, `${name}.jsonl`);
  await writeFile(table, JSON.stringify({ path: name, id: `id of ${name}` }));
  return manifest({ file: table }).ready(running());
}

async function open(name: string, bytes?: Uint8Array | string) {
  if (bytes !== undefined) await writeFile(join(folder, name), bytes);
  return (await collectionOf(name)).open(0, running());
}

async function failure(name: string, bytes?: Uint8Array | string): Promise<unknown> {
  try {
    return await (await open(name, bytes)).decode(running());
  } catch (error) {
    return error;
  }
}

/** A noisy picture, 24 pixels wide and 16 high. */
function picture() {
  const raw = Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => (i * 53 + (i >> 3) * 17) % 256);
  return sharp(raw, { raw: { width: 24, height: 16, channels: 3 } });
}

function flat(color: { r: number; g: number; b: number }, width = 4, height = 2) {
  return sharp({ create: { width, height, channels: 3, background: color } });
}

/** A PNG whose header promises any size, with hardly any data. */
function promise(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1000))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

describe('what cannot be an image is a ViewforgeError with its code, the file and the item', () => {
  test.each<[string, () => Promise<Uint8Array | string>, string[]]>([
    ['truncated.jpg', async () => (await picture().jpeg().toBuffer()).subarray(0, -40), ['IMAGE_DECODE']],
    ['truncated.png', async () => (await picture().png().toBuffer()).subarray(0, -40), ['IMAGE_DECODE']],
    ['only-a-start.jpg', async () => (await picture().jpeg().toBuffer()).subarray(0, 12), ['IMAGE_DECODE', 'IMAGE_FORMAT']],
    ['zero-bytes.png', async () => '', ['IMAGE_FORMAT']],
    ['text.jpg', async () => 'this is not a picture', ['IMAGE_FORMAT']],
    ['bomb.png', async () => promise(50_000, 50_000), ['IMAGE_TOO_LARGE']],
    ['less-than-promised.png', async () => promise(64, 64), ['IMAGE_DECODE']],
  ])('%s', async (name, bytes, codes) => {
    const error = await failure(name, await bytes());
    expect(error).toMatchObject({ name: 'ViewforgeError', item: `id of ${name}`, where: join(folder, name) });
    expect(codes).toContain((error as { code: string }).code);
    expect((error as Error).message.startsWith(`${join(folder, name)}: `)).toBe(true);
    expect((error as Error).message.split(name).length, 'the file is named once').toBe(2);
  });

  test('the limit of pixels is an option', async () => {
    await writeFile(join(folder, 'large.png'), await flat({ r: 0, g: 0, b: 0 }, 8, 8).png().toBuffer());
    const table = join(folder, 'large.csv');
    await writeFile(table, 'path\nlarge.png\n');
    for (const [pixelLimit, isAllowed] of [
      [64, true],
      [63, false],
    ] as const) {
      const item = await (await manifest({ file: table, pixelLimit }).ready(running())).open(0, running());
      const decoding = item.decode(running());
      if (isAllowed) expect((await decoding).shape).toEqual([3, 8, 8]);
      else await expect(decoding).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE', item: 'large.png' });
    }
  });

  test('a file that is not there', async () => {
    await expect(open('missing.png')).rejects.toMatchObject({ code: 'FILE_MISSING', item: 'id of missing.png' });
  });

  test('a folder called x.jpg', async () => {
    await mkdir(join(folder, 'x.jpg'));
    await expect(open('x.jpg')).rejects.toMatchObject({ code: 'FILE_READ', item: 'id of x.jpg', where: join(folder, 'x.jpg') });
  });

  // root may read everything
  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    await writeFile(join(folder, 'secret.png'), await picture().png().toBuffer());
    await chmod(join(folder, 'secret.png'), 0);
    await expect(open('secret.png')).rejects.toMatchObject({ code: 'FILE_READ', where: join(folder, 'secret.png') });
  });

  test('a file that vanishes after it was opened, unless it was small enough to be read as a whole', async () => {
    const large = sharp({ create: { width: 1024, height: 1024, channels: 3, background: 'white' } }).png({ compressionLevel: 0 });
    const item = await open('vanishes.png', await large.toBuffer());
    await rm(join(folder, 'vanishes.png'));
    await expect(item.decode(running())).rejects.toMatchObject({ code: 'FILE_MISSING', item: 'id of vanishes.png' });
    const small = await open('small.png', await picture().png().toBuffer());
    await rm(join(folder, 'small.png'));
    expect((await small.decode(running())).shape).toEqual([3, 16, 24]);
  });
});

describe('what is an image, however unusual, gives RGB bytes of the shape its header told', () => {
  async function decoded(name: string, bytes: Uint8Array) {
    const item = await open(name, bytes);
    const pixels = await item.decode(running());
    expect(pixels.shape).toEqual(item.shape);
    expect(pixels.data).toBeInstanceOf(Uint8Array);
    return { shape: [...item.shape], bytes: [...values(pixels)] };
  }

  test('a JPEG called .png', async () => {
    expect((await decoded('jpeg.png', await picture().jpeg().toBuffer())).shape).toEqual([3, 16, 24]);
  });

  test('a single pixel', async () => {
    const { shape, bytes } = await decoded('one.png', await flat({ r: 1, g: 2, b: 3 }, 1, 1).png().toBuffer());
    expect([shape, bytes]).toEqual([
      [3, 1, 1],
      [1, 2, 3],
    ]);
  });

  test('gray becomes three equal channels', async () => {
    const gray = await flat({ r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer();
    expect((await sharp(gray).metadata()).channels).toBe(1);
    expect(await decoded('gray.png', gray)).toEqual({ shape: [3, 2, 4], bytes: Array(24).fill(90) });
  });

  test('an opaque image with an alpha channel keeps its colors', async () => {
    const { shape, bytes } = await decoded('alpha.png', await flat({ r: 10, g: 20, b: 30 }).ensureAlpha().png().toBuffer());
    expect(shape).toEqual([3, 2, 4]);
    expect(bytes).toEqual([10, 20, 30].flatMap((value) => Array(8).fill(value)));
  });

  test('16 bits a channel become 8', async () => {
    const deep = await flat({ r: 200, g: 100, b: 0 }).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe('ushort');
    const { shape, bytes } = await decoded('deep.png', deep);
    expect(shape).toEqual([3, 2, 4]);
    [200, 100, 0].forEach((value, c) => {
      expect(Math.abs(bytes[c * 8]! - value)).toBeLessThanOrEqual(1); // 16 to 8 bits
    });
  });

  test('CMYK becomes RGB', async () => {
    const cmyk = await flat({ r: 220, g: 40, b: 40 }, 32, 32).toColourspace('cmyk').jpeg().toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    const { shape, bytes } = await decoded('cmyk.jpg', cmyk);
    expect(shape).toEqual([3, 32, 32]);
    const [r, g, b] = [bytes[0]!, bytes[1024]!, bytes[2048]!];
    expect(r - Math.max(g, b)).toBeGreaterThan(60); // still red
  });

  test.each([3, 6, 8])('EXIF orientation %i is heeded, in header and pixels alike', async (orientation) => {
    const [width, height] = orientation === 3 ? [2, 4] : [4, 2]; // 6 and 8 lie on their side
    const bytes = await flat({ r: 9, g: 9, b: 9 }, width, height).withMetadata({ orientation }).jpeg().toBuffer();
    expect((await decoded(`exif-${orientation}.jpg`, bytes)).shape).toEqual([3, 4, 2]);
  });
});
