import {
  type EncodedView,
  type EncodedViews,
  type Encoder,
  type EncoderFacts,
  type EncoderInputs,
  type Encoding,
  ViewforgeError,
} from '@viewforge/core';
import { type Tensor, unitRows } from '@viewforge/tensor';

/** An encoder under a name of its own. */
export interface NamedModel {
  readonly name: string;
  readonly encoder: Encoder;
  /** Whether its rows are brought to length 1; they are when left out. */
  readonly normalize?: boolean;
}

/**
 * One input as several encoders see it, by their names and in their order: the views of each role are one, [n, d] of a width of its own. An
 * encoder that nobody trains, such as `randomNetwork`, may be the teacher of the others. Encoders are run one after the other. Throws
 * ViewforgeError: PLAN without models, DUPLICATE for a name twice, MODEL_OUTPUT for other than [n, d].
 */
export async function encodeByModels(
  models: readonly NamedModel[],
  inputs: EncoderInputs,
  items: EncodedViews['items'],
  running: Encoding,
): Promise<EncodedViews> {
  checkNames(models);
  const views: Record<string, readonly EncodedView[]> = {};
  for (const model of models) {
    views[model.name] = [{ features: await featuresOf(model, inputs, items.length, running), blend: { kind: 'identity' } }];
  }
  return { items, views };
}

/**
 * The same as one encoder for a run: `features` are those of the first model, and every model's stand among the outputs under its name. They
 * are opened and closed together, and change where one of them does. Throws ViewforgeError as `encodeByModels`, and NAME for a model called "features".
 */
export function modelEncoder(models: readonly NamedModel[]): Encoder {
  checkNames(models);
  if (models.some(({ name }) => name === 'features'))
    throw new ViewforgeError('NAME', 'model-encoder', 'expected names other than "features", which is that of the first model');
  return Object.freeze({
    kind: 'encoder',
    name: models.map(({ name }) => name).join('|'),
    version: Math.max(...models.map(({ encoder }) => encoder.version)),
    changes: models.some(({ encoder }) => encoder.changes === true),
    async open(running) {
      const facts: EncoderFacts[] = [];
      for (const { encoder } of models) facts.push(await encoder.open(running));
      return joinedFacts(models, facts);
    },
    async encode(inputs, running) {
      const outputs: Record<string, Tensor> = {};
      for (const model of models) outputs[model.name] = await featuresOf(model, inputs, undefined, running);
      return { features: outputs[models[0]!.name]!, ...outputs };
    },
    async close() {
      await Promise.all(models.map(({ encoder }) => encoder.close()));
    },
  } satisfies Encoder);
}

async function featuresOf(
  { name, encoder, normalize = true }: NamedModel,
  inputs: EncoderInputs,
  n: number | undefined,
  running: Encoding,
): Promise<Tensor> {
  const { features } = await encoder.encode(inputs, running);
  if (features?.shape.length !== 2 || (n !== undefined && features.shape[0] !== n))
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      name,
      `expected features of [${n ?? 'n'}, d], got [${features?.shape ?? 'nothing'}]`,
    );
  return normalize ? unitRows(features).rows : features;
}

function joinedFacts(models: readonly NamedModel[], facts: readonly EncoderFacts[]): EncoderFacts {
  const named = models.map(({ name }, i) => [name, facts[i]!.outputs['features']!] as const);
  return {
    inputs: Object.assign({}, ...facts.map(({ inputs }) => inputs)) as EncoderFacts['inputs'],
    outputs: { features: facts[0]!.outputs['features']!, ...Object.fromEntries(named) },
    width: facts[0]!.width,
    provider: [...new Set(facts.map(({ provider }) => provider))].join('+'),
    passedOver: facts.flatMap(({ passedOver }) => passedOver),
  };
}

function checkNames(models: readonly NamedModel[]): void {
  if (models.length === 0) throw new ViewforgeError('PLAN', 'encode-by-models', 'expected at least one model, got none');
  const twice = models.find(({ name }, i) => models.findIndex((other) => other.name === name) !== i);
  if (twice) throw new ViewforgeError('DUPLICATE', 'encode-by-models', `expected names that differ, got "${twice.name}" twice`);
}
