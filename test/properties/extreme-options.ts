import { type AnyFactory, optionsSchema } from '@viewforge/core';

/** Some options of a loss. */
export type Options = Readonly<Record<string, unknown>>;

/** Options of a loss at an end of what is sensible. */
export interface Variant {
  /** What is not as it is by default. */
  readonly options: Options;
  /** The choices and flags among these. */
  readonly choice: Options;
  /** Over what share of a row's length the loss may bend; steps are taken in proportion. */
  readonly bend: number;
  /** Which of the options: none, choices and flags alone, one number alone, or one of both. */
  readonly kind: 'usual' | 'choice' | 'number' | 'both';
}

/** Other ends than those of the rule, where these say nothing: option by option of a loss, by name. */
const ends: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  'alignment-uniformity': { power: [0.5, 16] }, // 2 ** 1e4, of opposite rows, is no number
  koleo: { epsilon: [1e-12, 1e-2] }, // beside distances of rows of length 1
};

/**
 * The options by default, then each choice and flag the other way, each real number that multiplies or divides (above 0, without an upper
 * bound) from 1e-4 to 1e4, and every other number at its bounds: one after the other, and each choice with each number.
 */
export function variantsOf({ about }: AnyFactory): readonly Variant[] {
  const { properties = {} } = optionsSchema(about.options) as unknown as Schema;
  const fields = Object.entries(properties);
  const choices = fields.flatMap(([name, field]) => othersOf(field).map((value): Options => ({ [name]: value })));
  const numbers = fields.flatMap(([name, field]) => {
    const own = ends[about.name]?.[name];
    if (own) return own.map((value) => ({ number: { [name]: value }, bend: 1 }));
    return endsOf(field).map((value) => ({ number: { [name]: value }, bend: bendOf(field, value) }));
  });
  return [{}, ...choices].flatMap((choice): Variant[] => {
    const isUsual = Object.keys(choice).length === 0;
    return [
      { options: choice, choice, bend: 1, kind: isUsual ? 'usual' : 'choice' },
      ...numbers.map(
        ({ number, bend }): Variant => ({ options: { ...choice, ...number }, choice, bend, kind: isUsual ? 'number' : 'both' }),
      ),
    ];
  });
}

/** The part of JSON Schema that options print themselves in. */
interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function othersOf({ type, enum: names, default: usual }: Schema): readonly unknown[] {
  const all = names ?? (type === 'boolean' ? [false, true] : []);
  return all.filter((each) => each !== usual);
}

function endsOf(field: Schema): readonly number[] {
  const { type, exclusiveMinimum, exclusiveMaximum } = field;
  if (isFactor(field)) return [1e-4, 1e-2, 1e2, 1e4];
  const low = exclusiveMinimum ?? field.minimum;
  const high = exclusiveMaximum ?? field.maximum;
  // bounds beyond whole float64 numbers only say "a number"
  const isBounded = low !== undefined && high !== undefined && high < Number.MAX_SAFE_INTEGER;
  if (type === 'integer') return low === undefined ? [] : [low, Math.min(low + 3, high ?? low + 3)];
  if (type !== 'number' || low === undefined || low < -Number.MAX_SAFE_INTEGER) return [];
  if (!isBounded) return [low];
  const margin = (high - low) / 100;
  return [exclusiveMinimum === undefined ? low : low + margin, exclusiveMaximum === undefined ? high : high - margin];
}

function isFactor({ type, exclusiveMinimum, exclusiveMaximum, maximum }: Schema): boolean {
  return type === 'number' && exclusiveMinimum === 0 && exclusiveMaximum === undefined && maximum === undefined;
}

/** Whether a factor multiplies or divides is not known: either may make the loss bend sharply. */
function bendOf(field: Schema, value: number): number {
  return isFactor(field) ? Math.min(value, 1 / value) : 1;
}
