import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Encoder, type EncoderFacts, type Encoding, type Parameters, parseOptions, type Running } from '@viewforge/core';
import { type ExternalData, freeWeights, readModel } from '@viewforge/graph';
import { z } from 'zod';
import { encodeBatches, type Feeder } from './encode-batches.ts';
import { statedItems } from './feeding-facts.ts';
import { planFeeding } from './feeding.ts';
import { givenRows } from './given-rows.ts';
import { readModelFile } from './model-file.ts';
import { feedingOptions } from './onnx-encoder.ts';
import { openOnce } from './open-once.ts';
import { readPreprocessing } from './preprocessor.ts';
import { chooseProviders } from './providers.ts';
import { openSession } from './session.ts';
import { readyFacts } from './session-encoder.ts';
import { sessionOptions, setupOf } from './session-options.ts';
import { createWeightSets, momentumOptions, type WeightSet, type WeightSets } from './weight-sets.ts';

/** What a view must be to be encoded with the weights of the key; what is left out does not matter. */
export interface KeyView {
  readonly role?: string;
  readonly index?: number;
}

const optionsSchema = z.object({ ...momentumOptions, ...feedingOptions, ...sessionOptions(32) });

/** What a momentum encoder is made of; besides what is said here, the options of `onnxEncoder`, with its defaults. */
export interface MomentumEncoderOptions extends Partial<z.input<typeof optionsSchema>> {
  /** Path of the model, or its bytes. */
  readonly model: string | Uint8Array;
  /** Views that are encoded with the weights of the key: those of index 1 when left out. */
  readonly keys?: readonly KeyView[];
  /** Which float32 weights of the model follow; all of them when left out. The others stay as they are in the model. */
  readonly choose?: (weight: { readonly name: string; readonly shape: readonly number[] }) => boolean;
}

/** An encoder with a second set of weights, that follows the first slowly; both in one session. */
export interface MomentumEncoder extends Encoder {
  /**
   * New weights of the query, after a step of training: weights that are left out stay as they were. The key then moves once,
   * momentum * key + (1 - momentum) * query, before anything else is encoded; what is being encoded is waited for. `momentum` is that of the
   * options when left out; a schedule gives it for each step. Rejects with ViewforgeError: NAME for a weight the model does not have, SHAPE,
   * OPTION for a momentum outside [0, 1].
   */
  update(weights: Parameters, momentum?: number, running?: Running): Promise<void>;
  /** The weights of a set as they are now; they must not be written. Opens the encoder. */
  weights(set: WeightSet, running?: Running): Promise<Parameters>;
  /** Both sets as a .safetensors file, "query/" and "key/" before the names of weights, to be kept beside a checkpoint of the run. */
  save(running?: Running): Promise<Uint8Array>;
  /** Takes both sets from what `save` gave. Rejects with ViewforgeError (FILE_FORMAT) for other bytes, NAME or SHAPE for another model. */
  restore(bytes: Uint8Array, running?: Running): Promise<void>;
}

/**
 * The encoder of MoCo, BYOL and DINO around any ONNX model: its weights become inputs (`freeWeights`), of which its session holds two sets.
 * Queries are encoded with the weights that are trained, keys with those that follow them; the key begins as a copy. Which of the two a view
 * gets is said by `keys`. `changes` is true, so that a run encodes no step ahead. In a checkpoint of a run the weights are not: `save` them
 * with it, and `restore` them before it goes on. Reference: https://arxiv.org/abs/1911.05722.
 *
 * Throws ViewforgeError (OPTION); opening rejects as that of `onnxEncoder` does.
 */
export function momentumEncoder({ model, keys = [{ index: 1 }], choose, ...rest }: MomentumEncoderOptions): MomentumEncoder {
  const where = typeof model === 'string' ? model : 'momentum-encoder';
  const options = parseOptions(optionsSchema, rest, 'momentum-encoder');
  const opened = openOnce(
    where,
    (running) => openMomentum(where, model, choose, options, running),
    ({ query }) => query.session.close(),
  );
  const isKey = ({ role, index }: Encoding) => keys.some((key) => (key.role ?? role) === role && (key.index ?? index) === index);
  return Object.freeze({
    kind: 'encoder',
    name: 'momentum-encoder',
    version: 1,
    changes: true,
    open: async (running) => (await opened.get(running)).facts,
    async encode(inputs, running) {
      const { query, key, facts, sets } = await opened.get(running);
      const feeder = isKey(running) ? key : query;
      const given = givenRows(inputs, feeder.feeding, where);
      return sets.reading(() => encodeBatches(feeder, given, statedItems(facts), running));
    },
    async update(weights, momentum = options.momentum, running = endless()) {
      await (await opened.get(running)).sets.follow(weights, momentum, running);
    },
    weights: async (set, running = endless()) => (await opened.get(running)).sets.of(set),
    save: async (running = endless()) => (await opened.get(running)).sets.save(),
    async restore(bytes, running = endless()) {
      await (await opened.get(running)).sets.restore(bytes, running);
    },
    close: () => opened.close(),
  } satisfies MomentumEncoder);
}

interface Opened {
  /** One session, fed with one set or the other. */
  readonly query: Feeder;
  readonly key: Feeder;
  readonly facts: EncoderFacts;
  readonly sets: WeightSets;
}

async function openMomentum(
  where: string,
  model: string | Uint8Array,
  choose: MomentumEncoderOptions['choose'],
  options: z.output<typeof optionsSchema>,
  running: Running,
): Promise<Opened> {
  const isPath = typeof model === 'string';
  const bytes = isPath ? (await readModelFile(model, options.maxBytes)).bytes : model;
  const preprocessing = await readPreprocessing(isPath ? model : '', isPath ? options.preprocessor : 'none');
  const feeding = planFeeding(readModel(bytes), preprocessing, options, where);
  const freed = freeWeights(bytes, { ...(choose && { choose }), ...(isPath && { read: (data) => readExternal(model, data) }) });
  const { providers, passedOver } = await chooseProviders(options.providers, where, running, options);
  const session = await openSession({ where, model: freed.bytes, providers, passedOver, ...setupOf(options) }, running);
  try {
    const sets = await createWeightSets(session, freed, options, running);
    const feeder = { session, feeding, where, step: feeding.batch ?? options.maxBatch, spare: [] };
    const [query, key] = [
      { ...feeder, held: ['query'] },
      { ...feeder, held: ['key'] },
    ];
    return { query, key, facts: await readyFacts(query, options, running), sets };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Numbers beside the model, in a file that `readModelFile` found to be there and long enough. */
function readExternal(model: string, { location, offset, length }: ExternalData): Uint8Array {
  const file = openSync(join(dirname(model), location), 'r');
  try {
    const bytes = new Uint8Array(length ?? fstatSync(file).size - offset);
    readSync(file, bytes, 0, bytes.length, offset);
    return bytes;
  } finally {
    closeSync(file);
  }
}

function endless(): Running {
  return { signal: new AbortController().signal };
}
