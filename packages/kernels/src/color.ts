import { type ColorStep, encodeSteps, stepSize } from './color-step.ts';
import { compute } from './compute.ts';
import { allocate } from './memory.ts';
import { type Normalization, normalizePlanes, normalizingFactors } from './normalize.ts';
import { checkPlanes, type Planes, planeGroups } from './planes.ts';
import { colorRunTwin } from './reference/color.ts';

/**
 * Planes after a run of color steps, in the given order: the bytes are those of one call for each step. The kernel takes a block that
 * stays in the first-level cache through all steps up to the next contrast, which needs the mean of the whole image.
 *
 * Three planes are RGB. With any other number every plane is gray by itself: saturation, hue and grayscale leave it alone, and contrast
 * takes the mean of the plane. With a normalization, the bytes are those of `normalizePlanes` of the result.
 */
export function colorRun(
  from: Float32Array,
  planes: Planes,
  steps: readonly ColorStep[],
  normalization?: Normalization,
): Float32Array {
  checkPlanes('colorRun', from, planes);
  const changes = (planes.count === 3 ? steps : steps.flatMap(grayStep)).filter(changesSomething);
  if (changes.length === 0) return normalization === undefined ? copied(from) : normalizePlanes(from, planes, normalization);
  if (normalization === undefined) return runEncoded(from, planes, encodeSteps(changes));
  const factors = normalizingFactors('colorRun', planes, normalization);
  if (planes.count === 3) return runEncoded(from, planes, encodeSteps(changes, factors));
  return normalizePlanes(runEncoded(from, planes, encodeSteps(changes)), planes, normalization);
}

function runEncoded(from: Float32Array, planes: Planes, encoded: Float64Array): Float32Array {
  const size = planes.height * planes.width;
  return compute({
    length: from.length,
    needs: [from, encoded, scratchBytes],
    kernel: (exports, to, [at = 0, stepsAt = 0, scratch = 0]) => {
      for (const { first, step } of planeGroups(planes.count)) {
        const start = first * size * 4;
        exports.colorRun(at + start, size, size * step * 4, stepsAt, encoded.length / stepSize, scratch, to + start);
      }
    },
    twin: (to) => colorRunTwin(from, planes, encoded, to),
  });
}

/** Three vectors of left-over pixels, six of sums, three means. */
const scratchBytes = 256;

function copied(from: Float32Array): Float32Array {
  const to = allocate(from.length);
  to.set(from);
  return to;
}

function grayStep(step: ColorStep): readonly ColorStep[] {
  if (step.kind === 'saturation' || step.kind === 'hue' || step.kind === 'grayscale') return [];
  return [step.kind === 'contrast' ? { ...step, mean: 'channel' } : step];
}

/** A whole turn of hue is the identity, exactly, and need not go through HSV. */
function changesSomething(step: ColorStep): boolean {
  return step.kind !== 'hue' || !Number.isInteger(step.turns);
}
