import { describeModel, type ModelDescription } from '@viewforge/onnx';
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

function feedingText({ feeding, problem }: ModelDescription): string {
  if (feeding === undefined) return `it cannot be used as an image encoder: ${problem}`;
  const { input, layout, channels, size, batch, mean, deviation, output, pooling, width } = feeding;
  return pairsList([
    ['input', `"${input}", ${channels} channels, ${layout}, ${size ? `${size.join(' x ')} pixels` : 'any size'}`],
    ['batch', batch === undefined ? 'any' : String(batch)],
    ['mean', mean.join(', ')],
    ['deviation', deviation.join(', ')],
    ['features', `"${output}", pooling ${pooling}, ${width === undefined ? 'width known once it runs' : `${width} wide`}`],
  ]);
}

function shapeText(shape: TensorSpec['shape']): string {
  return `[${shape.map((length) => length ?? '?').join(', ')}]`;
}
