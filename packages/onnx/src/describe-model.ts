import { parseOptions, type TensorSpec, ViewforgeError } from '@viewforge/core';
import type { ModelValue } from '@viewforge/graph';
import { z } from 'zod';
import { type EvaluationView, evaluationView } from './evaluation-view.ts';
import { type Feeding, type FeedingChoice, type OutputChoice, planFeeding } from './feeding.ts';
import { readModelFile } from './model-file.ts';
import { feedingOptions } from './onnx-encoder.ts';
import { readPreprocessing } from './preprocessor.ts';

/** What is known of a model file without running it. */
export interface ModelDescription {
  readonly path: string;
  /** Size of the file and its external files, in bytes. */
  readonly size: number;
  /** Program and version that wrote it, '' where not stated. */
  readonly producer: string;
  /** Version by operator domain; '' is the domain of the standard operators. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly nodes: number;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  /** Paths of the files that hold numbers of the model. */
  readonly external: readonly string[];
  /** The preprocessor configuration that was used, if any. */
  readonly preprocessor: string | undefined;
  /** The view that its pictures were evaluated on, as options of the augmenter `modelView`; undefined where nothing, or another kind, is stated. */
  readonly evaluation: EvaluationView | undefined;
  /** How `onnxEncoder` would feed it; undefined where it would refuse. */
  readonly feeding: Feeding | undefined;
  /** Why it would refuse, '' where it would not. */
  readonly problem: string;
}

/**
 * Describes a model file and how `onnxEncoder` would feed it with these options.
 * Throws ViewforgeError when the file cannot be read (see `readModelFile`), or OPTION for an option that does not exist.
 */
export async function describeModel(
  path: string,
  options: Partial<Omit<FeedingChoice, 'outputs'>> & {
    readonly outputs?: Readonly<Record<string, Partial<OutputChoice> & Pick<OutputChoice, 'output'>>>;
    readonly preprocessor?: string;
    readonly maxBytes?: number;
  } = {},
): Promise<ModelDescription> {
  const choice = parseOptions(z.strictObject(feedingOptions), options, 'describeModel');
  const { summary, size, external } = await readModelFile(path, choice.maxBytes);
  const preprocessing = await readPreprocessing(path, choice.preprocessor);
  const { producer, producerVersion, opsets, nodes, inputs, outputs } = summary;
  const described = {
    path,
    size,
    producer: `${producer} ${producerVersion}`.trim(),
    opsets,
    nodes,
    inputs: specs(inputs),
    outputs: specs(outputs),
    external,
    preprocessor: preprocessing.path,
    evaluation: preprocessing.resize?.fit === 'contain' ? undefined : evaluationView(preprocessing),
  };
  try {
    return { ...described, feeding: planFeeding(summary, preprocessing, choice, path), problem: '' };
  } catch (error) {
    if (!(error instanceof ViewforgeError)) throw error;
    return { ...described, feeding: undefined, problem: error.message };
  }
}

function specs(values: readonly ModelValue[]): Record<string, TensorSpec> {
  return Object.fromEntries(values.map(({ name, type, shape }) => [name, { type, shape: shape ?? [] }]));
}
