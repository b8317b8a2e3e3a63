import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Pixels } from '@viewforge/tensor';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeImage, ImageError, openImage, readImageHeader } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'viewforge-decode-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('pixels are those that were written, red first, row by row', async () => {
  const pixels = await decodeImage(await png([10, 20, 30, 40, 50, 60], 1, 2, 3));
  expect(pixels.shape).toEqual([3, 1, 2]);
  expect([0, 1, 2].map((c) => [pixels.get(c, 0, 0), pixels.get(c, 0, 1)])).toEqual([
    [10, 40],
    [20, 50],
    [30, 60],
  ]);
});

test('an image of one pixel is one pixel', async () => {
  expect(all(await decodeImage(await png([7, 8, 9], 1, 1, 3)))).toEqual([7, 8, 9]);
});

test('gray becomes three equal channels', async () => {
  const gray = await sharp(Buffer.from([10, 200]), raw(1, 2, 1))
    .toColourspace('b-w')
    .png()
    .toBuffer();
  expect((await readImageHeader(gray)).storedChannels).toBe(1);
  expect(all(await decodeImage(gray))).toEqual([10, 10, 10, 200, 200, 200]);
});

test('alpha is dropped without blending', async () => {
  expect(all(await decodeImage(await png([10, 20, 30, 0, 40, 50, 60, 128], 1, 2, 4)))).toEqual([10, 20, 30, 40, 50, 60]);
});

test('16 bits a channel become 8, of color and of gray', async () => {
  const samples = Uint16Array.from([0, 257 * 100, 65535]);
  const color = await sharp(samples, raw(1, 1, 3))
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  expect(all(await decodeImage(color))).toEqual([0, 100, 255]);
  const gray = await sharp(samples, raw(1, 3, 1))
    .toColourspace('grey16')
    .png()
    .toBuffer();
  expect(all(await decodeImage(gray))).toEqual([0, 0, 0, 100, 100, 100, 255, 255, 255]);
});

test('CMYK becomes RGB: white stays white and black stays dark', async () => {
  const bytes = Buffer.from([...new Array(3 * 128).fill(255), ...new Array(3 * 128).fill(0)]);
  const cmyk = await sharp(bytes, raw(16, 16, 3))
    .toColourspace('cmyk')
    .jpeg({ quality: 100 })
    .toBuffer();
  expect((await readImageHeader(cmyk)).storedChannels).toBe(4);
  const pixels = await decodeImage(cmyk);
  expect(pixels.shape).toEqual([3, 16, 16]);
  expect(pixels.get(0, 1, 1)).toBeGreaterThan(245);
  expect(pixels.get(0, 14, 14)).toBeLessThan(60);
});

test('the rotation of EXIF is applied, in the header too', async () => {
  const turned = await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), raw(1, 2, 3))
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer();
  expect(await readImageHeader(turned)).toMatchObject({ height: 2, width: 1, format: 'png' });
  expect(all(await decodeImage(turned))).toEqual([255, 0, 0, 0, 0, 255]); // orientation 6: left becomes top
});

test('the first frame of an animation counts', async () => {
  const frames = [
    [255, 0, 0],
    [0, 0, 255],
  ].map((rgb) => Buffer.from(new Array(64).fill(rgb).flat()));
  const stills = await Promise.all(
    frames.map((frame) =>
      sharp(frame, raw(8, 8, 3))
        .png()
        .toBuffer(),
    ),
  );
  const animation = await sharp(stills, { join: { animated: true } })
    .gif()
    .toBuffer();
  const pixels = await decodeImage(animation);
  expect(pixels.shape).toEqual([3, 8, 8]);
  expect([0, 1, 2].map((c) => pixels.get(c, 4, 4))).toEqual([255, 0, 0]);
});

test('the content decides, not the name: a JPEG called .png decodes', async () => {
  const file = await save('photo.png', await photo());
  expect((await readImageHeader(file)).format).toBe('jpeg');
  expect((await decodeImage(file)).shape).toEqual([3, 60, 80]);
});

test.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('%s decodes', async (format) => {
  const bytes = await sharp(await photo())
    .toFormat(format)
    .toBuffer();
  expect(await readImageHeader(bytes)).toMatchObject({ height: 60, width: 80, channels: 3, format });
  expect((await decodeImage(bytes)).shape).toEqual([3, 60, 80]);
});

test.each(['jpeg', 'png', 'webp', 'tiff'] as const)('a truncated %s is an error and not a gray half', async (format) => {
  const whole = await sharp(await photo())
    .toFormat(format)
    .toBuffer();
  const file = await save(`cut.${format}`, whole.subarray(0, Math.floor(whole.length * 0.6)));
  const error = await failure(decodeImage(file));
  expect(['IMAGE_DECODE', 'IMAGE_FORMAT']).toContain(error.code);
  if (format === 'jpeg' || format === 'png') expect(error.code).toBe('IMAGE_DECODE');
  expect(error.message).toContain(`cut.${format}: expected`);
});

test('no bytes, text, and vector graphics are not images', async () => {
  expect((await failure(decodeImage(await save('empty.jpg', Buffer.alloc(0))))).message).toMatch(
    /empty\.jpg: expected an image .*, got 0 bytes$/,
  );
  expect((await failure(decodeImage(await save('letter.jpg', Buffer.from('Dear reader, this is no picture.'))))).code).toBe(
    'IMAGE_FORMAT',
  );
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  expect((await failure(decodeImage(svg, 'drawing'))).message).toContain('drawing: expected an image');
  expect((await failure(decodeImage(new Uint8Array(0)))).code).toBe('IMAGE_FORMAT');
});

test('a missing file and an unreadable one are told apart', async () => {
  expect(await failure(decodeImage(join(folder, 'nothing.jpg')))).toMatchObject({ code: 'FILE_MISSING' });
  expect(await failure(readImageHeader(folder))).toMatchObject({ code: 'FILE_READ' });
});

test.skipIf(process.platform === 'win32')('a named pipe is FILE_READ, and nobody waits for its other end', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
  expect(await failure(readImageHeader(join(folder, 'pipe.jpg')))).toMatchObject({ code: 'FILE_READ' });
});

test('a small file of very many pixels is refused before it is decoded', async () => {
  const bomb = await save('bomb.png', resized(await png([1, 2, 3], 1, 1, 3), 9000, 16000));
  expect((await failure(decodeImage(bomb))).message).toMatch(/expected at most 67108864 pixels, got 16000 x 9000 = 144000000$/);
  expect(await failure(decodeImage(await photo(), 'small', { pixelLimit: 100 }))).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
});

test('a file that vanishes after it was opened is decoded from what was read, and a large one is missing', async () => {
  const small = await save('small.jpg', await photo());
  const noise = new Uint8Array(2 ** 20).map((_, i) => Math.imul(i, 2654435761) >>> 24);
  const large = await save(
    'large.png',
    await sharp(noise, raw(1024, 1024, 1))
      .png({ compressionLevel: 0 })
      .toBuffer(),
  );
  const opened = await Promise.all([openImage(small), openImage(large)]);
  await Promise.all([rm(small), rm(large)]);
  expect((await opened[0].decode()).shape).toEqual([3, 60, 80]);
  expect(opened[1].header).toMatchObject({ height: 1024, width: 1024 });
  expect(await failure(opened[1].decode())).toMatchObject({ code: 'FILE_MISSING' });
});

test('a large file that is emptied after it was opened is no image', async () => {
  const flat = sharp(new Uint8Array(3 * 1024 * 1024), raw(1024, 1024, 3));
  const file = await save('emptied.png', await flat.png({ compressionLevel: 0 }).toBuffer());
  const { decode } = await openImage(file);
  await writeFile(file, '');
  expect(await failure(decode())).toMatchObject({ code: 'IMAGE_FORMAT', message: expect.stringContaining('0 bytes') });
});

test('a large file is decoded whole', async () => {
  const noise = new Uint8Array(3 * 1024 * 1024).map((_, i) => Math.imul(i, 2654435761) >>> 24);
  const file = await save(
    'large.jpg',
    await sharp(noise, raw(1024, 1024, 3))
      .jpeg({ quality: 98 })
      .toBuffer(),
  );
  expect((await stat(file)).size).toBeGreaterThan(2 ** 20);
  const [fast, slow] = [await decodeImage(file), await decodeImage(file, file, { decoder: 'sharp' })];
  expect(fast.shape).toEqual([3, 1024, 1024]);
  expect(fast.data.reduce((sum, value, i) => sum + Math.abs(value - slow.data[i]!), 0) / fast.data.length).toBeLessThan(1);
});

function raw(height: number, width: number, channels: 1 | 3 | 4) {
  return { raw: { width, height, channels } };
}

async function png(bytes: readonly number[], height: number, width: number, channels: 1 | 3 | 4): Promise<Uint8Array> {
  return await sharp(Buffer.from(bytes), raw(height, width, channels))
    .png()
    .toBuffer();
}

/** A PNG file that claims another size: what its header says is all that may be believed before decoding. */
function resized(file: Uint8Array, height: number, width: number): Uint8Array {
  const changed = Buffer.from(file);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29);
  return changed;
}

/** A JPEG of noise, 60 rows of 80 pixels. */
async function photo(): Promise<Uint8Array> {
  let state = 1;
  const bytes = Uint8Array.from({ length: 60 * 80 * 3 }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
  return await sharp(bytes, raw(60, 80, 3))
    .jpeg()
    .toBuffer();
}

async function save(name: string, bytes: Uint8Array): Promise<string> {
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

async function failure(work: Promise<unknown>): Promise<ImageError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ImageError);
  return error as ImageError;
}

/** Interleaved bytes. */
function all(pixels: Pixels): number[] {
  return [...pixels.data];
}
