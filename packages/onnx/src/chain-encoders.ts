import { createHash } from 'node:crypto';
import { type Encoder, type EncoderFacts, type EncoderInputs, type Encoding, ViewforgeError } from '@viewforge/core';
import { elements, type Tensor, tensor, values } from '@viewforge/tensor';

/**
 * One encoder from several, each taking as `image` the `features` of the one before it, [n, d] brought to the shape it states where it
 * fixes one of d elements. Further outputs are those of all of them, of two with one name the later. `stages` of the result are these parts,
 * so that hidden states can be mixed between them. They are closed together. Throws ViewforgeError: PLAN for no encoder, MODEL_INPUT on opening when one gives another number of features than the next takes.
 */
export function chainEncoders(encoders: readonly Encoder[]): Encoder {
  if (encoders.length === 0) throw new ViewforgeError('PLAN', 'chain-encoders', 'expected at least one encoder, got none');
  const stages = encoders.map((encoder, i) => (i === 0 ? encoder : Object.freeze({ ...encoder, encode: encodeShaped(encoder) })));
  return Object.freeze({
    kind: 'encoder',
    name: encoders.map(({ name }) => name).join('+'),
    version: Math.max(...encoders.map(({ version }) => version)),
    stages,
    changes: stages.some(({ changes }) => changes === true),
    async open(running) {
      const facts: EncoderFacts[] = [];
      for (const stage of stages) {
        const found = await stage.open(running);
        checkFit(facts.at(-1)?.width, found, stage.name);
        facts.push(found);
      }
      const providers = [...new Set(facts.map(({ provider }) => provider))];
      const digests = facts.flatMap(({ digest }) => digest ?? []);
      const { digest: _, ...last } = facts.at(-1)!;
      return {
        ...last,
        ...(digests.length === facts.length && { digest: createHash('sha256').update(digests.join('\n')).digest('hex') }),
        inputs: facts[0]!.inputs,
        outputs: Object.assign({}, ...facts.map(({ outputs }) => outputs)) as EncoderFacts['outputs'],
        provider: providers.join('+'),
        passedOver: facts.flatMap(({ passedOver }) => passedOver),
      };
    },
    async encode(inputs, encoding) {
      const { rows: _, ...running } = encoding; // they name what comes in, not what goes on
      let outputs = await stages[0]!.encode(inputs, encoding);
      for (const stage of stages.slice(1))
        outputs = { ...outputs, ...(await stage.encode({ image: outputs['features']! }, running)) };
      return outputs;
    },
    async close() {
      await Promise.all(stages.map((stage) => stage.close()));
    },
  } satisfies Encoder);
}

/** `encode` for features [n, d] of another encoder: in the shape that this one states. */
function encodeShaped(encoder: Encoder): Encoder['encode'] {
  return async (inputs: EncoderInputs, running: Encoding) => {
    const item = itemShape(await encoder.open(running));
    const { image } = inputs;
    const isFlat = item !== undefined && image?.shape.length === 2 && image.shape[1] === elements(item);
    const shaped = isFlat ? tensor(values(image as Tensor), [image.shape[0]!, ...item]) : image;
    return encoder.encode({ ...inputs, ...(shaped && { image: shaped }) }, running);
  };
}

/** The shape of one item that an encoder takes; undefined where a dimension is free. */
function itemShape({ inputs }: EncoderFacts): number[] | undefined {
  const shape = inputs['image']?.shape.slice(1);
  return shape?.every((size) => typeof size === 'number') ? (shape as number[]) : undefined;
}

function checkFit(given: number | undefined, next: EncoderFacts, where: string): void {
  const item = itemShape(next);
  if (given === undefined || item === undefined || elements(item) === given) return;
  throw new ViewforgeError('MODEL_INPUT', where, `expected ${elements(item)} features for items of [${item}], got ${given}`);
}
