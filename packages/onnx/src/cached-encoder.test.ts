import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Encoder } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { flattenEncoder, obeysEncoderLaws, running } from '@viewforge/testkit';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cachedEncoder } from './cached-encoder.ts';
import { chainEncoders } from './chain-encoders.ts';
import { momentumEncoder } from './momentum-encoder.ts';
import { randomNetworkModel } from './models/random-network-model.ts';
import { randomNetwork } from './random-network.ts';

const root = mkdtempSync(join(tmpdir(), 'viewforge-embeddings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let [folder, count] = ['', 0];
beforeEach(() => {
  folder = join(root, `${count++}`, 'deep');
});

/** Twice the input, and a map of it beside; notes how many items it was given. */
function doubling({ digest = 'a'.repeat(64), version = 1 }: { digest?: string; version?: number } = {}) {
  const given: number[] = [];
  const flat = flattenEncoder([1, 1, 2]);
  const encoder: Encoder = {
    ...flat,
    version,
    open: async (at) => ({ ...(await flat.open(at)), digest }),
    async encode({ image }) {
      const n = image!.shape[0]!;
      given.push(n);
      const data = values(image as Tensor);
      return {
        features: tensor(
          Float32Array.from(data, (x) => 2 * x),
          [n, 2],
        ),
        map: tensor(
          Float64Array.from(data, (x) => x / 3),
          [n, 2, 1],
        ),
      };
    },
  };
  return { encoder, given };
}

const images = (...items: number[]): Tensor =>
  tensor(Float32Array.from(items.flatMap((x) => [x, x + 0.25])), [items.length, 1, 1, 2]);
const named = (...rows: string[]) => ({ ...running(), rows });
const listed = (outputs: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, each]) => [name, [each.data.constructor.name, each.shape, [...values(each)]]]),
  );
const files = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rows'));

/** Encodes with a cache that is opened and closed for it. */
async function once(made: ReturnType<typeof doubling>, image: Tensor, rows: string[] | undefined, limit?: number) {
  const encoder = cachedEncoder(made.encoder, { folder, ...(limit !== undefined && { limit }) });
  const outputs = await encoder.encode({ image }, rows ? named(...rows) : running());
  await encoder.close();
  return { outputs: listed(outputs), counts: encoder.counts() };
}

test('what was kept comes back bit for bit, all outputs, without a call of the encoder', async () => {
  const [first, second] = [doubling(), doubling()];
  const before = await once(first, images(1, 2, 3), ['a', 'b', 'c']);
  const after = await once(second, images(1, 2, 3), ['a', 'b', 'c']);
  expect(after.outputs).toEqual(before.outputs);
  expect(after.outputs['map']![0]).toBe('Float64Array');
  expect([first.given, second.given]).toEqual([[3], []]);
  expect([before.counts, after.counts]).toEqual([
    { kept: 0, encoded: 3 },
    { kept: 3, encoded: 0 },
  ]);
});

test('it is also found by the one that wrote it, and only what is missing is encoded, in its place', async () => {
  const made = doubling();
  const encoder = cachedEncoder(made.encoder, { folder });
  await encoder.encode({ image: images(1, 3) }, named('a', 'c'));
  const mixed = await encoder.encode({ image: images(3, 2, 1, 4) }, named('c', 'b', 'a', 'd'));
  expect([...values(mixed['features']!)]).toEqual([6, 6.5, 4, 4.5, 2, 2.5, 8, 8.5]);
  expect(made.given).toEqual([2, 2]);
  await encoder.close();
});

test('rows without names are encoded and not kept', async () => {
  const made = doubling();
  for (let i = 0; i < 2; i++) await once(made, images(1, 2), undefined);
  expect(made.given).toEqual([2, 2]);
  expect(files()).toEqual([]);
});

test.each([
  ['digest', { digest: 'b'.repeat(64) }],
  ['version', { version: 2 }],
])('another %s misses', async (_, other) => {
  await once(doubling(), images(1), ['a']);
  const made = doubling(other);
  await once(made, images(1), ['a']);
  expect(made.given).toEqual([1]);
});

describe('damage', () => {
  const spoil = (change: (bytes: Buffer) => Uint8Array) => {
    for (const name of files()) writeFileSync(join(folder, name), change(readFileSync(join(folder, name))));
  };

  test.each<[string, (bytes: Buffer) => Uint8Array, number]>([
    ['cut off in the last record', (bytes) => bytes.subarray(0, -1), 1],
    ['empty', () => Buffer.alloc(0), 2],
    ['of something else', () => Buffer.alloc(999, 'x'), 2],
    ['wrong in one bit of the last number', (bytes) => bytes.fill(bytes.at(-9)! ^ 1, bytes.length - 9, bytes.length - 8), 1],
  ])('a file that is %s: what is lost is encoded anew, and found from then on', async (_, change, lost) => {
    const { outputs } = await once(doubling(), images(1, 2), ['a', 'b']);
    spoil(change);
    const [made, later] = [doubling(), doubling()];
    expect((await once(made, images(1, 2), ['a', 'b'])).outputs).toEqual(outputs);
    expect(made.given).toEqual([lost]);
    expect((await once(later, images(1, 2), ['a', 'b'])).outputs).toEqual(outputs);
    expect(later.given).toEqual([]);
  });

  test('half a record at the end, as of a process that was killed, does no harm', async () => {
    await once(doubling(), images(1, 2), ['a', 'b']);
    for (const name of files()) appendFileSync(join(folder, name), Buffer.alloc(20, 7));
    const made = doubling();
    await once(made, images(1, 2), ['a', 'b']);
    expect(made.given).toEqual([]);
  });
});

test('a folder among the files is none of ours', async () => {
  await once(doubling(), images(1), ['a']);
  const [name] = files();
  mkdirSync(join(folder, `${name!.slice(0, -'.rows'.length)}-folder.rows`));
  const made = doubling();
  await once(made, images(1), ['a']);
  expect(made.given).toEqual([]);
});

test('closed while it encodes, it gives what was asked for and keeps no file open', async () => {
  const made = doubling();
  let goOn = () => {};
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const encode: Encoder['encode'] = async (inputs, running) => {
    await waiting;
    return made.encoder.encode(inputs, running);
  };
  const encoder = cachedEncoder({ ...made.encoder, encode }, { folder });
  await encoder.open(running());
  const outputs = encoder.encode({ image: images(1) }, named('a'));
  await encoder.close();
  goOn();
  expect([...values((await outputs)['features']!)]).toEqual([2, 2.5]);
  expect(files()).toEqual([]);
});

test('many at a time write and read whole rows', async () => {
  const all = Array.from({ length: 8 }, () => cachedEncoder(doubling().encoder, { folder }));
  const found = await Promise.all(
    all.map(async (encoder, i) => listed(await encoder.encode({ image: images(1, 2, 10 + i) }, named('a', 'b', `own ${i}`)))),
  );
  await Promise.all(all.map((each) => each.close()));
  const made = doubling();
  for (const [i, before] of found.entries())
    expect((await once(made, images(1, 2, 10 + i), ['a', 'b', `own ${i}`])).outputs).toEqual(before);
  expect(made.given).toEqual([]);
});

test('nothing is written beyond the limit, and everything is still encoded', async () => {
  const made = doubling();
  for (const name of ['a', 'b', 'c', 'a', 'c']) await once(made, images(1), [name], 2 * 4096);
  expect(made.given, 'a and b were kept, c never').toEqual([1, 1, 1, 1]);
});

test('rows of different shapes under names of one batch are encoded together', async () => {
  const made = doubling();
  const wide: Encoder = {
    ...made.encoder,
    encode: async ({ image }) => ({ features: tensor(new Float32Array(image!.shape[0]! * 3), [image!.shape[0]!, 3]) }),
  };
  const other = cachedEncoder(wide, { folder });
  await other.encode({ image: images(1) }, named('a'));
  await other.close();
  const { outputs } = await once(made, images(1, 2), ['a', 'b']);
  expect(outputs['features']).toEqual(['Float32Array', [2, 2], [2, 2.5, 4, 4.5]]);
});

test('an encoder that changes, one without a digest, a limit that is none and a folder that is a file are refused', async () => {
  const changing = momentumEncoder({ model: randomNetworkModel({ seed: 1, width: 8 }) });
  expect(() => cachedEncoder(changing, { folder })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  expect(() => cachedEncoder(chainEncoders([changing]), { folder })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  const plain = cachedEncoder(flattenEncoder([1, 1, 2]), { folder });
  await expect(plain.open(running())).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining('digest') });
  expect(() => cachedEncoder(doubling().encoder, { folder, limit: 1.5 })).toThrow(expect.objectContaining({ code: 'OPTION' }));
  const file = join(root, 'file');
  writeFileSync(file, 'x');
  const blocked = cachedEncoder(doubling().encoder, { folder: file });
  await expect(blocked.open(running())).rejects.toMatchObject({ code: 'FILE_WRITE' });
});

const pictures = tensor(
  Float32Array.from({ length: 4 * 3 * 64 }, (_, i) => ((i * 37) % 101) / 101),
  [4, 3, 8, 8],
);

describe('around a model', () => {
  obeysEncoderLaws(() => cachedEncoder(randomNetwork({ width: 8 }), { folder: join(root, 'laws') }), { image: pictures });

  test('another seed, width or provider has another digest; threads and the size of a run do not matter', async () => {
    const digestOf = async (options: Parameters<typeof randomNetwork>[0]) => {
      const encoder = randomNetwork(options);
      const { digest } = await encoder.open(running());
      await encoder.close();
      return digest;
    };
    const own = await digestOf({ width: 8 });
    expect(await digestOf({ width: 8, threads: 1, maxBatch: 2 })).toBe(own);
    expect(new Set([own, await digestOf({ width: 8, seed: 1 }), await digestOf({ width: 9 })]).size).toBe(3);
  });
});
