import type { EncoderFacts, Running, TensorSpec } from '@viewforge/core';
import { encodePart, type Feeder, type ItemShapes } from './encode-batches.ts';
import type { Feeding } from './feeding.ts';
import { blankRows } from './given-rows.ts';

/** What an encoder takes and gives. One item is encoded where the model does not state the shape of an output. */
export async function feedingFacts(
  feeder: Feeder,
  running: Running,
): Promise<Pick<EncoderFacts, 'inputs' | 'outputs' | 'width'>> {
  const { feeding } = feeder;
  const items = Object.entries(feeding.further).map(([name, { item }]) => [name, item] as const);
  const stated = feeding.features.item?.[0];
  const isStated = typeof stated === 'number' && items.every(([, item]) => item !== undefined);
  const found = isStated ? undefined : await encodePart(feeder, blankRows(feeding), 0, running);
  const width = typeof stated === 'number' ? stated : found!['features']!.item[0]!;
  // sizes of one item need not be those of another: all that is known is how many there are
  const further = items.map(([name, item]) => [name, outputSpec(item ?? found![name]!.item.map(() => null))]);
  return { inputs: inputFacts(feeding), outputs: { features: outputSpec([width]), ...Object.fromEntries(further) }, width };
}

/** Shapes of one item of all outputs that the facts state. */
export function statedItems({ outputs }: Pick<EncoderFacts, 'outputs'>): ItemShapes {
  return Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape.slice(1)]));
}

function inputFacts({ image, tokens }: Feeding): EncoderFacts['inputs'] {
  if (image) return { image: { type: 'float32', shape: ['n', image.channels, ...(image.size ?? ['h', 'w'])] } };
  const texts: TensorSpec = { type: 'int32', shape: ['n', tokens ?? 't'] };
  return { tokens: texts, mask: texts };
}

function outputSpec(item: TensorSpec['shape']): TensorSpec {
  return { type: 'float32', shape: ['n', ...item] };
}
