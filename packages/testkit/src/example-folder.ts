import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { encodeImage } from '@viewforge/image';
import { image } from '@viewforge/tensor';
import { drawScene } from './example-images.ts';

/** What a folder of example pictures holds. */
export interface ExampleFolder {
  /** How many pictures there are; 8 when left out. */
  readonly count?: number;
  /** How many folders they are spread over, one for each class; 2 when left out. */
  readonly classes?: number;
  /** Least side in pixels; sides go up to 1.5 times as much. 48 when left out. */
  readonly side?: number;
}

/**
 * Writes pictures with the statistics of photographs into a folder, every third a PNG, the others JPEG, and gives their
 * paths relative to it, such as "class-1/example-0001.jpg", in ascending order. The same call writes the same pictures.
 */
export async function exampleFolder(
  folder: string,
  { count = 8, classes = 2, side = 48 }: ExampleFolder = {},
): Promise<string[]> {
  const paths = Array.from({ length: count }, async (_, number) => {
    const format = number % 3 === 2 ? 'png' : 'jpeg';
    const name = `example-${String(number).padStart(4, '0')}.${format === 'png' ? 'png' : 'jpg'}`;
    const path = `class-${number % classes}/${name}`;
    const height = side + ((number * 7) % (side >> 1));
    const width = side + ((number * 11) % (side >> 1));
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), await encodeImage(sceneImage(number, height, width), { format }));
    return path;
  });
  return (await Promise.all(paths)).sort();
}

/** Calls `use` with the path of an empty folder, and removes the folder with all that is in it afterward. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'viewforge-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function sceneImage(number: number, height: number, width: number) {
  const bytes = drawScene(number, height, width);
  const data = Float32Array.from({ length: bytes.length }, (_, i) => {
    const plane = Math.floor(i / (height * width));
    return bytes[(i % (height * width)) * 3 + plane]! / 255;
  });
  return image(data, 3, height, width);
}
