import { describeModel, type FedInput, type Feeding, type ModelDescription, type TakenOutput } from '@viewforge/onnx';
import type { TensorSpec } from '@viewforge/core';
import type { Command } from 'commander';
import { addJsonFlag, type CommandContext, type OutputFlags, print } from '../command-context.ts';
import { styleFor } from '../print/style.ts';
import { pairsList, table } from '../print/table.ts';

/** `viewforge inspect MODEL`: inputs, outputs, and what an encoder would feed the model. */
export function addInspectCommand(program: Command, { terminal }: CommandContext): void {
  const command = program
    .command('inspect')
    .description('show the inputs and outputs of an .onnx model, and how it would be fed')
    .argument('<model>', 'an .onnx file');
  addJsonFlag(command).action(async (model: string, flags: OutputFlags) => {
    const description = await describeModel(model);
    print(terminal, flags, description, () => asText(description, terminal.colors));
  });
}

function asText(model: ModelDescription, colors: boolean): string {
  const { bold } = styleFor(colors);
  const values = (specs: Readonly<Record<string, TensorSpec>>) =>
    table(
      ['name', 'type', 'shape'],
      Object.entries(specs).map(([name, { type, shape }]) => [name, type, shapeText(shape)]),
    );
  return [
    bold(model.path),
    pairsList([
      ['size', `${(model.size / 1e6).toFixed(1)} MB`],
      ['written by', model.producer || 'unknown'],
      [
        'operators',
        Object.entries(model.opsets)
          .map(([domain, version]) => `${domain || 'standard'} ${version}`)
          .join(', '),
      ],
      ['nodes', String(model.nodes)],
      ['external files', model.external.join(', ') || 'none'],
      ['preprocessor', model.preprocessor ?? 'none'],
    ]),
    `\n${bold('inputs')}\n${values(model.inputs)}`,
    `\n${bold('outputs')}\n${values(model.outputs)}`,
    `\n${bold('how it will be fed')}\n${feedingText(model)}`,
  ].join('\n');
}

function feedingText({ feeding, evaluation, problem }: ModelDescription): string {
  if (feeding === undefined) return `it cannot be used as an encoder: ${problem}`;
  const { side, batch, image, features, further } = feeding;
  return pairsList([
    ['encodes', side === 'image' ? 'images' : 'texts'],
    ...feeding.inputs.map((input): [string, string] => [`"${input.name}"`, inputText(input, feeding)]),
    ['batch', batch === undefined ? 'any' : String(batch)],
    ...(image
      ? ([
          ['mean', image.mean.join(', ')],
          ['deviation', image.deviation.join(', ')],
          ['view', evaluation ? viewText(evaluation) : 'not stated'],
        ] as [string, string][])
      : []),
    ['features', outputText(features)],
    ...Object.entries(further).map(([name, taken]): [string, string] => [name, outputText(taken)]),
  ]);
}

function inputText({ role, type, neutral }: FedInput, { image, tokens }: Feeding): string {
  if (neutral)
    return `${role}, ${type}, ${neutral.rows === 1 ? 'one blank item' : 'blank items'} of [${neutral.item.join(', ')}]`;
  if (role !== 'image' || !image) return `${role}, ${type}, ${tokens ?? 'any number of'} tokens`;
  const { channels, layout, size } = image;
  return `images, ${channels} channels, ${layout}, ${size ? `${size.join(' x ')} pixels` : 'any size'}`;
}

function viewText({ fit, resize, crop, interpolation }: NonNullable<ModelDescription['evaluation']>): string {
  const resized = resize && `${fit} ${resize.join(' x ')} (${interpolation})`;
  return [resized, crop && `cut ${crop.join(' x ')}`].filter(Boolean).join(', ');
}

function outputText({ output, pooling, classTokens, item }: TakenOutput): string {
  const skipped = classTokens > 0 ? `, without ${classTokens} class tokens` : '';
  const known = item && !item.includes(null) ? `[${['n', ...item].join(', ')}]` : 'shape known once it runs';
  return `"${output}", pooling ${pooling}${skipped}, ${known}`;
}

function shapeText(shape: TensorSpec['shape']): string {
  return `[${shape.map((length) => length ?? '?').join(', ')}]`;
}
