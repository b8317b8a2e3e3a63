import { choice, integer, number } from '@viewforge/core';
import { z } from 'zod';
import { latentSchema } from './latent-schema.ts';
import type { ListSlot, SingleSlot } from './parts.ts';

/** A part as a recipe names it. */
export interface PartChoice {
  /** "plugin/part". */
  readonly use: string;
  /** Complete and checked in a parsed recipe. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A part as a configuration file writes it: options may be left out. */
export interface PartInput {
  readonly use: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The zod schema of what a recipe says of one part. */
export type PartSchema = z.ZodType<PartChoice, PartInput>;

/** The zod schemas of all places for parts. */
export type SlotSchemas = { readonly [S in SingleSlot]: PartSchema } & {
  readonly [S in ListSlot]: z.ZodType<readonly PartChoice[], readonly PartInput[]>;
};

/** What the main job uses where a recipe says nothing: SimCLR views of 64 pixels, a scattering network, NT-Xent, all metrics. */
export const mainJob: { readonly [S in SingleSlot]: PartInput } & { readonly [S in ListSlot]: readonly PartInput[] } = {
  source: { use: 'data/image-folder' },
  sampler: { use: 'data/sequential' },
  plan: { use: 'views-simclr/simclr', options: { size: 64 } },
  encoder: { use: 'onnx/scattering' },
  pairing: { use: 'pairings/both-ways' },
  loss: { use: 'losses/nt-xent' },
  heads: [],
  inputMixers: [],
  mixers: [],
  metrics: [
    { use: 'metrics/alignment' },
    { use: 'metrics/uniformity' },
    { use: 'metrics/retrieval' },
    { use: 'metrics/effective-rank' },
  ],
};

/** The schema of a recipe around the schemas of its parts; unknown keys are refused. */
export function recipeObject<S extends SlotSchemas>(slots: S) {
  return z.strictObject({
    $schema: z.string().optional().describe('Where an editor finds the schema of this file.'),
    plugins: z
      .array(z.string().min(1))
      .default([])
      .describe('Plugins besides the built-in ones: package names, or paths of modules that begin with "./", "../" or "/".'),
    seed: z
      .union([z.number(), z.string().min(1)], { error: 'a finite number or a text' })
      .default(0)
      .describe('Decides every draw.'),
    epochs: integer({ default: 1, min: 1, unit: 'passes', doc: 'Passes over the source.' }),
    batchSize: integer({ default: 32, min: 1, unit: 'items', doc: 'Items of one batch; changes no view.' }),
    workers: z
      .union([z.literal('auto'), z.int().min(0).max(256)], { error: 'a whole number from 0 to 256, or "auto"' })
      .default('auto')
      .describe('Threads that make views; "auto" takes one for each core once there are many views. Changes no view.'),
    ...slots,
    badItems: z
      .strictObject({
        policy: choice(['fail', 'skip', 'replace', 'quarantine'], {
          default: 'fail',
          doc: 'What happens when an item cannot be used.',
        }),
        budget: number({ default: 1, min: 0, max: 1, unit: 'share of items', doc: 'Most items that may be bad.' }),
      })
      .prefault({})
      .describe('What happens to items that cannot be used.'),
    scores: scoresField(),
    latent: latentSchema
      .optional()
      .describe('Run mixers of embeddings that have a model through ONNX Runtime; left out, none does.'),
    embeddingCache: embeddingCacheField(),
    output: z.string().min(1).optional().describe('Folder for the results.'),
  });
}

/** A recipe with every default filled in. */
export type Recipe = z.output<ReturnType<typeof recipeObject<SlotSchemas>>>;

/** A recipe as it is written: whatever the main job decides may be left out. */
export type RecipeInput = Partial<z.input<ReturnType<typeof recipeObject<SlotSchemas>>>>;

/** Checks the type of a recipe in a viewforge.config.ts, and gives it back. */
export function defineConfig(recipe: RecipeInput): RecipeInput {
  return recipe;
}

/** What a recipe says of watching scores. */
function scoresField() {
  return z
    .strictObject({
      every: integer({ default: 1, min: 1, unit: 'steps', doc: 'Batches whose step is a multiple of it are looked at.' }),
      temperature: z
        .number()
        .min(0.005)
        .optional()
        .describe('Scores are divided by it before e is raised to them; that of the loss when left out, or 0.2.'),
      similarity: z
        .enum(['cosine', 'dot'])
        .optional()
        .describe('Compare directions, or rows as they are given; as the loss does when left out.'),
    })
    .optional()
    .describe('Watch how positives and negatives are scored, before and after every mixer; left out, nobody does.');
}

/** What a recipe says of keeping embeddings. */
function embeddingCacheField() {
  return z
    .strictObject({
      folder: z.string().min(1).describe('Folder; made if need be, and shared by any number of runs.').meta({ unit: 'none' }),
      limit: integer({
        default: 2 ** 34,
        min: 0,
        unit: 'bytes',
        doc: 'What it may take; the default is 16 GiB. Embeddings beyond are computed each time.',
      }),
    })
    .optional()
    .describe('Where embeddings are kept by model and view, for runs that make the same views again; left out: nowhere.');
}
