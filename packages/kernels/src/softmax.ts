import { activeEngine, addressOf, mark, release, reserve } from './memory.ts';
import { exponentRowTwin, scaleRowTwin, surveyRowTwin } from './reference/softmax.ts';

/** What there is in a row of logits, of which -Infinity marks those that are not seen. */
export interface RowSurvey {
  /** -Infinity where nothing is seen. */
  readonly largest: number;
  readonly sum: number;
  readonly seen: number;
  /** How many reach the tie. */
  readonly ahead: number;
}

/** Sums over a row of e^(logit - shift). */
export interface RowExponents {
  readonly total: number;
  /** Each times its logit less the shift. */
  readonly weighted: number;
}

/** Looks over a row of logits, a multiple of 4 long. */
export function surveyRow(row: Float32Array, tie: number): RowSurvey {
  const limit = Math.fround(tie);
  return withScratch(row, 'surveyRow', {
    kernel: (exports, at, scratch, sums) => {
      const largest = exports.surveyRow(at, row.length, limit, scratch);
      const counts = new Int32Array(sums.buffer, scratch + 8, 2);
      return { largest, sum: sums[0]!, seen: counts[0]!, ahead: counts[1]! };
    },
    twin: () => surveyRowTwin(row, limit),
  });
}

/**
 * In place: e^(logit - shift) in float32, 0 for what is not seen and below e^-87. For logits <= shift; the row is a multiple of 4 long.
 * Off by at most 2 units in the last place.
 */
export function exponentRow(row: Float32Array, shift: number): RowExponents {
  const most = Math.fround(shift);
  return withScratch(row, 'exponentRow', {
    kernel: (exports, at, scratch, sums) => {
      exports.exponentRow(at, row.length, most, scratch);
      return { total: sums[0]!, weighted: sums[1]! };
    },
    twin: () => exponentRowTwin(row, most),
  });
}

/** In place: every number times `factor`, in float32; the row is a multiple of 4 long. */
export function scaleRow(row: Float32Array, factor: number): void {
  const share = Math.fround(factor);
  const at = addressOf(row);
  const engine = activeEngine();
  if (engine === undefined || at === undefined) scaleRowTwin(row, share);
  else engine.exports.scaleRow(at, row.length, share);
}

type Exports = NonNullable<ReturnType<typeof activeEngine>>['exports'];

interface RowTask<T> {
  kernel(exports: Exports, at: number, scratch: number, sums: Float64Array): T;
  twin(): T;
}

function withScratch<T>(row: Float32Array, name: string, { kernel, twin }: RowTask<T>): T {
  if (row.length % 4 !== 0) throw new RangeError(`${name}: expected a multiple of 4 logits, got ${row.length}`);
  const at = addressOf(row);
  const engine = activeEngine();
  if (engine === undefined || at === undefined) return twin();
  const before = mark();
  try {
    const scratch = reserve(16);
    if (scratch === undefined) return twin();
    return kernel(engine.exports, at, scratch, new Float64Array(engine.memory.buffer, scratch, 2));
  } finally {
    release(before);
  }
}
