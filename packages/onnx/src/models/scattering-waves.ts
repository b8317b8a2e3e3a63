import type { Graph, Value } from '@viewforge/graph';
import { morlet, type SpectrumParts, spectrumParts } from './morlet.ts';
import { fourierBasis, frequencies, hilbertBasis, type Matrix, transpose } from './real-fourier.ts';
import type { ScatteringShape } from './scattering-model.ts';

/** Moduli of wavelet maps, [N, H, count, W] on the padded grid of H rows and W columns, for N planes. */
export interface WaveMaps {
  readonly value: Value;
  readonly count: number;
}

/** A pair of bases, one for each axis, that a filtered spectrum is brought back with. */
type Bases = readonly [y: 'plain' | 'hilbert', x: 'plain' | 'hilbert'];

/** Which bases the parts of a wavelet's spectrum go with: an odd part is filtered like an even one and then turned. */
const basesOf: Readonly<Record<keyof SpectrumParts, Bases>> = {
  even: ['plain', 'plain'],
  odd: ['hilbert', 'hilbert'],
  oddX: ['plain', 'hilbert'],
  oddY: ['hilbert', 'plain'],
};

/**
 * The wavelets of a scale and their moduli, from a spectrum [N, H, 1, W] on the grid [h, w].
 * A wave is z = (even - odd) + i (oddX + oddY), where each term is filter and synthesis in its own bases; the wave of the
 * mirrored angle has odd and oddX with the opposite sign, and for an angle along an axis one of the odd terms is all there is.
 */
export function waveMaker(
  graph: Graph,
  { angles, scales }: ScatteringShape,
  grid: readonly [number, number],
): (spectrum: Value, j: number) => readonly WaveMaps[] {
  const { pairs, single } = sortAngles(angles);
  const synthesize = synthesizer(graph, grid);
  const [h, w] = grid;
  const partsOf = (j: number, t: number) => spectrumParts(morlet({ h, w }, j, angleOf(t, angles), angles), { h, w });
  const filters = Array.from({ length: scales }, (_, j) => ({
    both: pairs.map(({ t }) => partsOf(j, t)),
    alone: single.map((t) => partsOf(j, t)),
  }));
  return (spectrum, j) => {
    const { both, alone } = filters[j]!;
    const axes = alone.map((part, axis) => {
      const im = synthesize(spectrum, [part], axis === 0 ? 'oddY' : 'oddX');
      return { value: modulus(graph, synthesize(spectrum, [part], 'even'), im), count: 1 };
    });
    if (both.length === 0) return axes;
    const [even, odd] = [synthesize(spectrum, both, 'even'), synthesize(spectrum, both, 'odd')];
    const [oddX, oddY] = [synthesize(spectrum, both, 'oddX'), synthesize(spectrum, both, 'oddY')];
    const value = modulus(graph, graph.node('Sub', [even, odd]), graph.node('Add', [oddX, oddY]));
    const mirror = modulus(graph, graph.node('Add', [even, odd]), graph.node('Sub', [oddX, oddY]));
    return [{ value, count: both.length }, { value: mirror, count: both.length }, ...axes];
  };
}

/**
 * Direction numbers by symmetry: pairs that mirror each other (angles a and -a, up to a half turn, which only conjugates a
 * wavelet), and the one or two along an axis: first the rows' (0), then the columns' (a quarter turn).
 */
export function sortAngles(angles: number): { pairs: { t: number; mirror: number }[]; single: number[] } {
  const middle = Math.floor(angles - angles / 2 - 1);
  const numberOf = (a: number) => (((middle - a) % angles) + angles) % angles;
  const pairs: { t: number; mirror: number }[] = [];
  for (let a = 1; 2 * a < angles; a++) pairs.push({ t: numberOf(a), mirror: numberOf(-a) });
  return { pairs, single: angles % 2 === 0 ? [numberOf(0), numberOf(angles / 2)] : [numberOf(0)] };
}

/** Filters a spectrum by one part of each wavelet and brings the maps back, [N, H, count, W]. */
function synthesizer(graph: Graph, [h, w]: readonly [number, number]) {
  const put = (a: Matrix) => graph.constant(Float32Array.from(a.data), [a.rows, a.columns]);
  const basis = {
    plain: { y: put(fourierBasis(h)), x: put(transpose(fourierBasis(w))) },
    hilbert: { y: put(hilbertBasis(h)), x: put(transpose(hilbertBasis(w))) },
  };
  return (spectrum: Value, wavelets: readonly SpectrumParts[], part: keyof SpectrumParts): Value => {
    const [y, x] = basesOf[part];
    const count = wavelets.length;
    const filter = graph.constant(multipliers(wavelets.map((wavelet) => wavelet[part])), [h, count, w]);
    const rows = graph.node('MatMul', [graph.node('Mul', [spectrum, filter]), basis[x].x]);
    // all maps side by side make one wide product for the columns
    const wide = graph.node('Reshape', [rows, graph.whole([-1, h, count * w])]);
    return graph.node('Reshape', [graph.node('MatMul', [basis[y].y, wide]), graph.whole([-1, h, count, w])]);
  };
}

function modulus(graph: Graph, re: Value, im: Value): Value {
  return graph.node('Sqrt', [graph.node('Add', [graph.node('Mul', [re, re]), graph.node('Mul', [im, im])])]);
}

/** Direction number t as an angle in radians. */
function angleOf(t: number, angles: number): number {
  return ((Math.floor(angles - angles / 2 - 1) - t) * Math.PI) / angles;
}

/** Filters [h, count, w] by basis column, from spectra by frequency. */
function multipliers(parts: readonly Matrix[]): Float32Array {
  const { rows: h, columns: w } = parts[0]!;
  const [ky, kx] = [frequencies(h), frequencies(w)];
  const data = new Float32Array(h * parts.length * w);
  let at = 0;
  for (let row = 0; row < h; row++) {
    for (const part of parts) for (let column = 0; column < w; column++) data[at++] = part.data[ky[row]! * w + kx[column]!]!;
  }
  return data;
}
