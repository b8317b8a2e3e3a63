import { type Encoder, type EncoderFacts, type EncoderInputs, type Running, ViewforgeError } from '@viewforge/core';
import { type ModelSummary, type ModelValue, readModel } from '@viewforge/graph';
import { features, type Tensor, values } from '@viewforge/tensor';
import { modelDigest } from './model-digest.ts';
import { openOnce } from './open-once.ts';
import { chooseProviders } from './providers.ts';
import { openSession, type Session } from './session.ts';
import { type SessionChoice, setupOf } from './session-options.ts';

/** A model of rows that is ready to be loaded. */
export interface LoadedRows {
  /** Path, or bytes, which are handed over to the thread of the session. */
  readonly model: string | Uint8Array;
  /** Paths of further files that belong to it. */
  readonly external: readonly string[];
  readonly summary: ModelSummary;
  /** Name of the output; the first of shape [n, e] when left out. */
  readonly output?: string | undefined;
}

interface Opened {
  readonly where: string;
  readonly session: Session;
  readonly facts: EncoderFacts;
  readonly input: string;
  readonly output: string;
  /** Rows in every run, where the model has a fixed number. */
  readonly batch: number | undefined;
}

/**
 * The functions of an encoder of rows around one session: `image` [n, d], the name that a chain hands features on by, to `features` [n, e],
 * `maxBatch` rows a run, or as many as the model fixes, the last run padded. `load` is called when it is first needed; `where` names the model in errors.
 */
export function rowEncoder(
  where: string,
  choice: SessionChoice,
  load: () => Promise<LoadedRows> | LoadedRows,
): Pick<Encoder, 'open' | 'encode' | 'close'> {
  const opened = openOnce(
    where,
    async (running) => openRows(where, choice, await load(), running),
    ({ session }) => session.close(),
  );
  return {
    open: async (running) => (await opened.get(running)).facts,
    async encode(inputs, running) {
      const open = await opened.get(running);
      const rows = rowsOf(inputs, open.facts, where);
      return { features: await encodeRows(open, rows, choice.maxBatch, running) };
    },
    close: () => opened.close(),
  };
}

async function openRows(where: string, choice: SessionChoice, loaded: LoadedRows, running: Running): Promise<Opened> {
  const { model, external, summary } = loaded;
  const input = inputOf(summary, where);
  const output = outputOf(summary, loaded.output, where);
  const { providers, passedOver } = await chooseProviders(choice.providers, where, running, choice);
  const digestOn = await modelDigest(model, external, { rows: output.name }); // the bytes are handed over then
  const session = await openSession({ where, model, providers, passedOver, ...setupOf(choice) }, running);
  const [n, d = null] = input.shape ?? [];
  const width = output.shape?.[1];
  const facts: EncoderFacts = {
    inputs: { image: { type: 'float32', shape: ['n', d] } },
    outputs: { features: { type: 'float32', shape: ['n', width as number] } },
    width: width as number,
    provider: session.provider,
    passedOver: session.passedOver,
    digest: digestOn(session.provider),
  };
  const batch = typeof n === 'number' ? n : undefined;
  const opened = { where, session, facts, input: input.name, output: output.name, batch };
  if (typeof d === 'number')
    await warmUpRows(opened, d, choice, running).catch(async (error: unknown) => {
      await session.close();
      throw error;
    });
  return opened;
}

async function warmUpRows(opened: Opened, d: number, { warmUp, maxBatch }: SessionChoice, running: Running): Promise<void> {
  const n = warmUp?.items ?? opened.batch ?? maxBatch;
  const blank = features(new Float32Array(n * d), n, d);
  for (let run = 0; run < (warmUp?.runs ?? 0); run++) await encodeRows(opened, blank, maxBatch, running);
}

async function encodeRows(opened: Opened, rows: Tensor, most: number, running: Running) {
  const { where, session, facts, input, output, batch } = opened;
  const step = batch ?? most;
  const [n, d] = rows.shape as [number, number];
  const from = values(rows);
  const result = new Float32Array(n * facts.width);
  for (let first = 0; first < n; first += step) {
    const count = Math.min(step, n - first);
    const fed = batch ?? count;
    const data = new Float32Array(fed * d);
    data.set(from.subarray(first * d, (first + count) * d));
    const { outputs } = await session.run({ [input]: { type: 'float32', shape: [fed, d], data } }, [output], running);
    const { data: found, shape } = outputs[output]!;
    if (`${shape}` !== `${[fed, facts.width]}`)
      throw new ViewforgeError('MODEL_OUTPUT', where, `expected "${output}" of [${[fed, facts.width]}], got [${shape}]`);
    result.set((found as Float32Array).subarray(0, count * facts.width), first * facts.width);
  }
  return features(result, n, facts.width);
}

function rowsOf({ image }: EncoderInputs, { inputs }: EncoderFacts, where: string): Tensor {
  const wanted = inputs['image']!.shape[1];
  if (image === undefined) throw new ViewforgeError('USAGE', where, 'expected features as the input "image", got none');
  const fits = image.shape.length === 2 && (typeof wanted !== 'number' || image.shape[1] === wanted);
  if (!fits || image.data instanceof Int32Array)
    throw new ViewforgeError('SHAPE', where, `expected features of [n, ${wanted ?? 'd'}], got [${image.shape}]`);
  return image as Tensor;
}

function inputOf({ inputs }: ModelSummary, where: string): ModelValue {
  const [only, ...rest] = inputs;
  if (only?.type === 'float32' && only.shape?.length === 2 && rest.length === 0) return only;
  throw new ViewforgeError('MODEL_INPUT', where, `expected one float32 input [n, d] of a head, got ${shown(inputs)}`);
}

function outputOf({ outputs }: ModelSummary, name: string | undefined, where: string): ModelValue {
  const fits = ({ type, shape }: ModelValue) => type === 'float32' && shape?.length === 2 && typeof shape[1] === 'number';
  const found = outputs.find((each) => fits(each) && (name === undefined || each.name === name));
  if (found !== undefined) return found;
  const wanted = name === undefined ? 'an output' : `an output "${name}"`;
  throw new ViewforgeError('MODEL_OUTPUT', where, `expected ${wanted} of float32 [n, e] with a stated e, got ${shown(outputs)}`);
}

function shown(all: readonly ModelValue[]): string {
  const texts = all.map(({ name, type, shape }) => `${name}: ${type} [${shape?.map((size) => size ?? '?').join(', ') ?? '...'}]`);
  return texts.join(', ') || 'none';
}

/** A model of rows that was made in code. */
export function ownRows(model: Uint8Array): LoadedRows {
  return { model, external: [], summary: readModel(model) };
}
