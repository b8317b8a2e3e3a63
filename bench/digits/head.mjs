// A projection head of two layers with a rectifier between them, its gradients, and Adam.
import { createRandom } from '@viewforge/random';
import { features, tensor, values } from '@viewforge/tensor';
import { matrix, times, timesTransposed, transposedTimes } from './products.mjs';

/** Weights by name, drawn from the seed (He); `precision` is the type of array they are kept in. */
export function createHead({ width, hidden, out, seed, precision = Float32Array }) {
  const random = createRandom(seed).fork('head');
  const drawn = (rows, columns) => {
    const deviation = Math.sqrt(2 / rows);
    return tensor(
      precision.from({ length: rows * columns }, () => random.normal(0, deviation)),
      [rows, columns],
    );
  };
  return {
    enter: drawn(width, hidden),
    enterOffset: tensor(new precision(hidden), [hidden]),
    leave: drawn(hidden, out),
    leaveOffset: tensor(new precision(out), [out]),
  };
}

/** Unit rows [n, out] of rows [n, width], and what `backward` needs to know of the way. */
export function forward(head, rows) {
  const [x, enter, leave] = [asMatrix(rows), asMatrix(head.enter), asMatrix(head.leave)];
  const inner = times(x, enter);
  addOffset(inner, values(head.enterOffset));
  for (let i = 0; i < inner.data.length; i++) if (inner.data[i] < 0) inner.data[i] = 0;
  const outer = times(inner, leave);
  addOffset(outer, values(head.leaveOffset));
  const norms = toUnitRows(outer);
  return { rows: features(outer.data, outer.rows, outer.columns), x, inner, unit: outer, norms };
}

/** Gradients of the weights by name, from those of the unit rows [n, out]. */
export function backward(head, { x, inner, unit, norms }, gradient) {
  const outer = matrix(values(gradient).slice(), unit.rows, unit.columns);
  throughUnitRows(outer, unit, norms);
  const below = timesTransposed(outer, asMatrix(head.leave));
  for (let i = 0; i < below.data.length; i++) if (inner.data[i] === 0) below.data[i] = 0;
  const shaped = (found, like) => tensor(found, like.shape);
  return {
    enter: shaped(transposedTimes(x, below).data, head.enter),
    enterOffset: shaped(columnSums(below), head.enterOffset),
    leave: shaped(transposedTimes(inner, outer).data, head.leave),
    leaveOffset: shaped(columnSums(outer), head.leaveOffset),
  };
}

/** A stepper of Adam (rates .9 and .999): takes weights and gradients by name, and gives the new weights. */
export function createAdam(rate) {
  const moments = new Map();
  let step = 0;
  return (weights, gradients) => {
    step++;
    const scale = (rate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
    return Object.fromEntries(
      Object.entries(weights).map(([name, weight]) => {
        const gradient = values(gradients[name]);
        const { first, second } = moments.get(name) ?? momentsFor(moments, name, gradient.length);
        const moved = values(weight).slice();
        for (let i = 0; i < moved.length; i++) {
          first[i] = 0.9 * first[i] + 0.1 * gradient[i];
          second[i] = 0.999 * second[i] + 0.001 * gradient[i] * gradient[i];
          moved[i] -= (scale * first[i]) / (Math.sqrt(second[i]) + 1e-8);
        }
        return [name, tensor(moved, weight.shape)];
      }),
    );
  };
}

function momentsFor(moments, name, length) {
  const fresh = { first: new Float64Array(length), second: new Float64Array(length) };
  moments.set(name, fresh);
  return fresh;
}

function asMatrix(rows) {
  return matrix(values(rows), rows.shape[0], rows.shape[1]);
}

function addOffset({ data, columns }, offset) {
  for (let i = 0; i < data.length; i++) data[i] += offset[i % columns];
}

/** In place: rows are brought to length 1. Gives the lengths they had. */
function toUnitRows({ data, rows, columns }) {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * columns, (i + 1) * columns);
    norms[i] = Math.sqrt(row.reduce((sum, each) => sum + each * each, 0));
    for (let j = 0; j < columns; j++) row[j] /= norms[i];
  }
  return norms;
}

/** In place: gradients of unit rows become those of the rows they were made of: (g - u (u . g)) / length. */
function throughUnitRows({ data, rows, columns }, unit, norms) {
  for (let i = 0; i < rows; i++) {
    let along = 0;
    for (let j = i * columns; j < (i + 1) * columns; j++) along += data[j] * unit.data[j];
    for (let j = i * columns; j < (i + 1) * columns; j++) data[j] = (data[j] - unit.data[j] * along) / norms[i];
  }
}

function columnSums({ data, rows, columns }) {
  const sums = new data.constructor(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) sums[j] += data[i * columns + j];
  return sums;
}
