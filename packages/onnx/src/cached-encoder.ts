import { join } from 'node:path';
import { type Encoder, type EncoderInputs, type Encoding, type Running, ViewforgeError } from '@viewforge/core';
import { type Tensor, tensor, values } from '@viewforge/tensor';
import { openOnce } from './open-once.ts';
import { joinRows, rowBytes, rowSpec } from './row-records.ts';
import { openRowStore, type RowStore } from './row-store.ts';

/** Where embeddings are kept. */
export interface CacheOptions {
  /** Folder; made if need be. Any number of encoders, threads and processes may use one at a time. */
  readonly folder: string;
  /** Bytes that all that was ever written to the folder may take; what comes beyond is encoded each time. 16 GiB when left out. */
  readonly limit?: number;
}

/** An encoder that keeps what it gave. */
export interface CachedEncoder extends Encoder {
  /** Rows that were kept and rows that were encoded, since it was made; rows without names count as encoded. */
  counts(): { readonly kept: number; readonly encoded: number };
}

const usualLimit = 2 ** 34;

/**
 * An encoder that keeps every output of rows that have a name (`Encoding.rows`; a run names views no mixer of inputs changed) in a folder,
 * and gives them back bit for bit instead of encoding them again. What is kept belongs to the digest of the encoder (model bytes, options
 * that change results, provider, version of ONNX Runtime) and to the name of the row (what was read, how, and what was drawn). Of a
 * batch that is kept in part, the rest is encoded alone: sums may round in another way than in the whole batch. Damaged records are encoded
 * anew. Stages are those of the encoder, and what is encoded stage by stage is not kept.
 *
 * Throws ViewforgeError (USAGE) for an encoder that changes; opening rejects with USAGE for one without a digest, and with FILE_WRITE.
 */
export function cachedEncoder(encoder: Encoder, { folder, limit = usualLimit }: CacheOptions): CachedEncoder {
  if (encoder.changes === true || encoder.stages?.some(({ changes }) => changes))
    throw new ViewforgeError(
      'USAGE',
      encoder.name,
      'expected an encoder whose weights stay, to keep what it gives, got one that changes',
    );
  if (!(Number.isSafeInteger(limit) && limit >= 0))
    throw new ViewforgeError('OPTION', 'cached-encoder', `limit: expected a whole number of bytes >= 0, got ${limit}`);
  const counts = { kept: 0, encoded: 0 };
  const opened = openOnce(
    encoder.name,
    (running) => openStore(encoder, folder, limit, running),
    (store) => store.close(),
  );
  return Object.freeze({
    kind: 'encoder',
    name: encoder.name,
    version: encoder.version,
    ...(encoder.stages && { stages: encoder.stages }),
    counts: () => ({ ...counts }),
    async open(running) {
      await opened.get(running);
      return encoder.open(running);
    },
    async encode(inputs, encoding) {
      const store = await opened.get(encoding);
      const { rows } = encoding;
      const kept = rows?.map((name) => store.get(name));
      const joined = rows && (await withMissing(store, rows, kept!, (some) => encodeSome(encoder, inputs, encoding, some)));
      const encoded = kept && joined ? kept.filter((row) => row === undefined).length : sizeOf(inputs);
      counts.encoded += encoded;
      counts.kept += sizeOf(inputs) - encoded;
      return joined ?? encoder.encode(inputs, encoding);
    },
    async close() {
      await opened.close();
      await encoder.close();
    },
  } satisfies CachedEncoder);
}

async function openStore(encoder: Encoder, folder: string, limit: number, running: Running): Promise<RowStore> {
  const { digest } = await encoder.open(running);
  if (digest === undefined)
    throw new ViewforgeError(
      'USAGE',
      encoder.name,
      'expected an encoder that states a digest, to know what is kept of it, got one without',
    );
  return openRowStore(
    join(folder, `${encoder.name.replaceAll(/[^\w.+-]/g, '_').slice(0, 64)}-${encoder.version}-${digest}`),
    folder,
    limit,
  );
}

/** All rows, those that are not kept encoded and then kept; undefined where the outputs of one are of another shape than those of others. */
async function withMissing(
  store: RowStore,
  rows: readonly string[],
  kept: readonly (Uint8Array | undefined)[],
  encodeSome: (some: readonly number[]) => Promise<Readonly<Record<string, Tensor>>>,
): Promise<Readonly<Record<string, Tensor>> | undefined> {
  const missing = kept.flatMap((row, i) => (row === undefined ? [i] : []));
  if (missing.length === 0) return joinRows(kept as readonly Uint8Array[]);
  const given = await encodeSome(missing);
  const specs = rowSpec(given);
  const fresh = missing.map((row, i) => ({ name: rows[row]!, bytes: rowBytes(given, specs, i) }));
  await store.put(fresh);
  if (missing.length === rows.length) return given;
  const all = [...kept];
  for (const [i, row] of missing.entries()) all[row] = fresh[i]!.bytes;
  return joinRows(all as readonly Uint8Array[]);
}

/** What the encoder gives for some of the rows. */
async function encodeSome(
  encoder: Encoder,
  inputs: EncoderInputs,
  encoding: Encoding,
  some: readonly number[],
): Promise<Readonly<Record<string, Tensor>>> {
  if (some.length === sizeOf(inputs)) return encoder.encode(inputs, encoding);
  const { rows, ...rest } = encoding;
  const picked = Object.entries(inputs).map(([name, each]) => [name, pick(each, some)] as const);
  return encoder.encode(Object.fromEntries(picked), { ...rest, rows: some.map((row) => rows![row]!) });
}

function sizeOf(inputs: EncoderInputs): number {
  return Object.values(inputs)[0]?.shape[0] ?? 0;
}

/** Some rows of an input, in the order given. */
function pick(given: EncoderInputs[string], some: readonly number[]): EncoderInputs[string] {
  const all = values(given as Tensor);
  const size = all.length / given.shape[0]!;
  const data = new (all.constructor as Float32ArrayConstructor)(some.length * size);
  some.forEach((row, i) => void data.set(all.subarray(row * size, (row + 1) * size), i * size));
  return tensor(data, [some.length, ...given.shape.slice(1)]) as Tensor;
}
