import type { RowExponents, RowSurvey } from '../softmax.ts';

const { fround } = Math;
const lowest = -87;
const rounding = 12582912;
const perLn2 = fround(Math.LOG2E);
const ln2High = fround(0.693359375);
const ln2Low = fround(-0.00021219444);
/** 1 / 7! to 1 / 0!. */
const taylor = [0.0001984127, 0.0013888889, 0.008333333, 0.041666668, 0.16666667, 0.5, 1, 1].map(fround);

/** The twin of the kernel `surveyRow`. */
export function surveyRowTwin(row: Float32Array, tie: number): RowSurvey {
  let [largest, seen, ahead] = [Number.NEGATIVE_INFINITY, 0, 0];
  const sums = openSums();
  for (let i = 0; i < row.length; i++) {
    const logit = row[i]!;
    const isSeen = logit > Number.NEGATIVE_INFINITY;
    if (logit > largest) largest = logit;
    if (isSeen) seen++;
    if (isSeen && logit >= tie) ahead++;
    sums.add(i, isSeen ? logit : 0);
  }
  return { largest, sum: sums.total(), seen, ahead };
}

/** The twin of the kernel `exponentRow`. */
export function exponentRowTwin(row: Float32Array, shift: number): RowExponents {
  const [sums, weighted] = [openSums(), openSums()];
  for (let i = 0; i < row.length; i++) {
    const x = fround(row[i]! - shift);
    const raised = exponential(x);
    row[i] = raised;
    sums.add(i, raised);
    weighted.add(i, fround(raised * Math.max(lowest, x)));
  }
  return { total: sums.total(), weighted: weighted.total() };
}

/** The twin of the kernel `scaleRow`. */
export function scaleRowTwin(row: Float32Array, factor: number): void {
  for (let i = 0; i < row.length; i++) row[i] = row[i]! * factor;
}

function exponential(x: number): number {
  if (!(x >= lowest)) return 0;
  const n = fround(fround(fround(x * perLn2) + rounding) - rounding);
  const r = fround(fround(x - fround(n * ln2High)) - fround(n * ln2Low));
  let p = taylor[0]!;
  for (let k = 1; k < taylor.length; k++) p = fround(fround(p * r) + taylor[k]!);
  return fround(p * 2 ** n);
}

/** Sums in float64 of four lanes, as the kernel holds them: 0 and 2, 1 and 3 are added first, then both. */
function openSums() {
  const lanes = new Float64Array(4);
  return {
    add: (i: number, value: number) => {
      lanes[i & 3] = lanes[i & 3]! + value;
    },
    total: () => lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!),
  };
}
