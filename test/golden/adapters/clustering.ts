import type { ContrastBatch, DistributionBatch } from '@viewforge/core';
import { dino, infoNce, msn } from '@viewforge/losses';
import { linearSchedule, movedCenter, prototypeScores, swappedTargets } from '@viewforge/pairings';
import { type Features, sinkhorn, stack, tensor, unstack, values } from '@viewforge/tensor';
import { type GoldenArray, type GoldenCase, type GoldenFamily, goldenNumbers, goldenTensor } from '@viewforge/testkit';
import { adapterOf, type Inputs, temperatureOf } from './loss-adapter.ts';
import { type Adapter, compare, float64Tolerance, largest, type Outcome } from './outcome.ts';

/** Clustering and distillation by `fn`. */
export const clusteringAdapters: Readonly<Record<string, Adapter>> = {
  sinkhorn(golden, { family }) {
    const options = { epsilon: Number(golden.params['epsilon']), iterations: Number(golden.params['iterations']) };
    return [numbers('q', values(sinkhorn(goldenTensor(golden.inputs['scores']!), options)), golden, family)];
  },
  msn_sinkhorn(golden, { family }) {
    const probabilities = goldenTensor(golden.inputs['probabilities']!);
    const logarithms = tensor(Float64Array.from(values(probabilities), Math.log), probabilities.shape);
    const shares = sinkhorn(logarithms, { epsilon: 1, iterations: Number(golden.params['iterations']) });
    return [numbers('q', values(shares), golden, family)];
  },
  swav: adapterOf((golden, inputs) => {
    const names = namesOf(inputs, 'hi', 'lo');
    const crops = names.map((name) => inputs[name]!);
    const queued = namesOf(inputs, 'queue').map((name) => inputs[name]!);
    const who = swappedTargets(
      { scores: namesOf(inputs, 'hi').map((name) => inputs[name]!), crops: crops.length, ...(queued.length > 0 && { queued }) },
      {
        epsilon: Number(golden.params['sinkhorn_epsilon']),
        iterations: Number(golden.params['sinkhorn_iterations']),
        assignment: 'soft',
      },
    );
    const batch: ContrastBatch = { queries: rowsOf(crops), keys: [axes(crops[0]!)], excluded: { kind: 'none' }, ...who };
    const { value, gradients } = infoNce({ temperature: temperatureOf(golden), similarity: 'dot' }).differentiate(batch);
    return { loss: value, grads: byName(names, gradients.queries!) };
  }),
  dino(golden, surroundings) {
    const say = adapterOf(({ params }, inputs) => {
      const names = namesOf(inputs, 'student');
      const batch: DistributionBatch = {
        students: names.map((name) => inputs[name]!),
        teachers: namesOf(inputs, 'teacher').map((name) => inputs[name]!),
        taughtBy: 'others',
        center: inputs['center']!,
      };
      return distill(batch, names, {
        studentTemperature: Number(params['student_temp']),
        teacherTemperature: Number(params['teacher_temp']),
      });
    });
    const teachers = Object.keys(golden.inputs).filter((name) => name.startsWith('teacher'));
    const after = centerAfter(
      golden,
      teachers.map((name) => goldenTensor(golden.inputs[name]!)),
    );
    return [...say(golden, surroundings), numbers('center_after', after, golden, surroundings.family)];
  },
  dino_chunks(golden, surroundings) {
    const say = adapterOf(({ params }, inputs) => {
      const crops = Number(params['ncrops']);
      // the published schedule has its last step of warm-up one epoch early
      const warm = linearSchedule(Number(params['warmup_teacher_temp']), Number(params['teacher_temp']));
      const teacherTemperature = warm(Number(params['epoch']) / (Number(params['warmup_epochs']) - 1));
      const students = chunks(inputs['student']!, crops);
      const teachers = chunks(inputs['teacher']!, 2);
      const batch: DistributionBatch = { students, teachers, taughtBy: 'others', center: inputs['center']! };
      const found = dino({ studentTemperature: Number(params['student_temp']), teacherTemperature }).differentiate(batch);
      return { loss: found.value, grads: { student: found.gradients.students!.flatMap((each) => [...values(each!)]) } };
    });
    const after = centerAfter(golden, [goldenTensor(golden.inputs['teacher']!)]);
    return [...say(golden, surroundings), numbers('center_after', after, golden, surroundings.family)];
  },
  msn: adapterOf((golden, { anchors, targets, prototypes }) => {
    const [own, teacher] = [prototypeScores(anchors!, prototypes!), prototypeScores(targets!, prototypes!)];
    const loss = msn({
      temperature: temperatureOf(golden),
      sharpening: Number(golden.params['target_sharpen_temperature']),
      regularization: Number(golden.params['regularization_weight']),
      sinkhornIterations: Number(golden.params['sinkhorn_iterations']),
    });
    const students = chunks(own.scores, anchors!.shape[0]! / targets!.shape[0]!);
    const { value, gradients } = loss.differentiate({ students, teachers: [teacher.scores], taughtBy: 'all' });
    const pulled = own.pullback(rowsOf(gradients.students!.map((each) => each!)));
    return { loss: value, grads: { anchors: values(pulled.features), prototypes: values(pulled.prototypes) } };
  }),
};

function distill(batch: DistributionBatch, names: readonly string[], options: Parameters<typeof dino>[0]) {
  const { value, gradients } = dino(options).differentiate(batch);
  return { loss: value, grads: Object.fromEntries(names.map((name, v) => [name, values(gradients.students![v]!)])) };
}

function centerAfter({ inputs, params }: GoldenCase, teachers: readonly Features[]): Float64Array {
  return movedCenter(goldenNumbers(inputs['center']!), teachers, Number(params['center_momentum']));
}

/** The names of inputs that begin so and end with a number, in order. */
function namesOf(inputs: Inputs, ...beginnings: readonly string[]): string[] {
  return beginnings.flatMap((beginning) =>
    Object.keys(inputs)
      .filter((name) => new RegExp(`^${beginning}\\d+$`).test(name))
      .sort(),
  );
}

/** [b, n, d] of one shape as [b * n, d]. */
function rowsOf(blocks: readonly Features[]): Features {
  const [n, d] = blocks[0]!.shape as [number, number];
  return tensor(values(stack(blocks)), [blocks.length * n, d]);
}

function chunks(rows: Features, count: number): Features[] {
  const [n, d] = rows.shape as [number, number];
  const split = tensor(values(rows), [count, n / count, d]);
  return Array.from({ length: count }, (_, index) => unstack(split, index));
}

function byName(names: readonly string[], rows: Features): Record<string, ArrayLike<number>> {
  return Object.fromEntries(chunks(rows, names.length).map((own, index) => [names[index]!, values(own)]));
}

/** Keys that make logits of scores: [k, k]. */
function axes(like: Features): Features {
  const k = like.shape[1]!;
  return tensor(
    Float64Array.from({ length: k * k }, (_, i) => Number(i % (k + 1) === 0)),
    [k, k],
  );
}

function numbers(name: string, actual: ArrayLike<number>, { outputs }: GoldenCase, family: GoldenFamily): Outcome {
  const expected = goldenNumbers(outputs[name] as GoldenArray);
  const { relative, absolute } = float64Tolerance(family);
  return compare(name, actual, expected, relative * largest(expected) + absolute);
}
