import { ViewforgeError } from '@viewforge/core';
import { dotRows, type Features, smallestNorm, values } from '@viewforge/tensor';
import { asType } from '../as-type.ts';
import { gradientBlock } from '../classes/class-rows.ts';

/** Rows between two, and which of them had no arc to lie on. */
export interface Interpolated {
  /** [n, d] */
  readonly rows: Features;
  /** [n]; 1 where a and b point in opposite directions, so that the row is a. */
  readonly antipodal: Uint8Array;
}

/** (1 - t) a + t b by row, for a and b [n, d] and one t each [n], of any size; t = 0 gives a to the bit. Summed in float64. Throws ViewforgeError (SHAPE). */
export function lerpRows(a: Features, b: Features, t: readonly number[]): Features {
  checkPair(a, b, t, 'lerp-rows');
  return combine(a, b, (i) => [1 - t[i]!, t[i]!]);
}

/** The gradients of a and b from that of `lerpRows`, [n, d]. Throws ViewforgeError (SHAPE). */
export function pullLerp(gradient: Features, t: readonly number[]): { readonly a: Features; readonly b: Features } {
  checkPair(gradient, gradient, t, 'pull-lerp');
  return {
    a: combine(gradient, gradient, (i) => [1 - t[i]!, 0]),
    b: combine(gradient, gradient, (i) => [0, t[i]!]),
  };
}

/**
 * Rows on the arc from a to b, both [n, d]: (sin((1 - t) w) a + sin(t w) b) / sin w, with w the angle between them; unit rows stay of length 1.
 * Where sin w < 1e-6, or a row is zero, the row is that of `lerpRows`; where a and b are antipodal it is a, and marked.
 * Throws ViewforgeError (SHAPE).
 */
export function slerpRows(a: Features, b: Features, t: readonly number[]): Interpolated {
  checkPair(a, b, t, 'slerp-rows');
  const arcs = arcsOf(a, b);
  const antipodal = Uint8Array.from(arcs, ({ isAntipodal }) => Number(isAntipodal));
  return { rows: combine(a, b, (i) => shares(arcs[i]!, t[i]!)), antipodal };
}

/**
 * The gradients of a and b from that of `slerpRows`, through the angle as well; where there is no arc, those of what took its place. Throws
 * ViewforgeError (SHAPE).
 */
export function pullSlerp(
  a: Features,
  b: Features,
  t: readonly number[],
  gradient: Features,
): { readonly a: Features; readonly b: Features } {
  checkPair(a, b, t, 'pull-slerp');
  const d = a.shape[1]!;
  gradientBlock(gradient, a.shape[0]!, d, 'pull-slerp');
  const arcs = arcsOf(a, b);
  const [p, q, g] = [values(a), values(b), values(gradient)];
  const [toA, toB] = [new Float64Array(p.length), new Float64Array(p.length)];
  for (const [i, arc] of arcs.entries()) {
    const [first, second] = shares(arc, t[i]!);
    const { cosine, lengths } = arc;
    const slope =
      arc.sine === undefined ? 0 : dotRows(g, i, p, i, d) * turn(arc, 1 - t[i]!) + dotRows(g, i, q, i, d) * turn(arc, t[i]!);
    const perCosine = arc.sine === undefined ? 0 : -slope / arc.sine;
    for (let e = i * d; e < i * d + d; e++) {
      const [u, v] = [p[e]! / lengths[0], q[e]! / lengths[1]];
      toA[e] = first * g[e]! + (perCosine === 0 ? 0 : (perCosine * (v - cosine * u)) / lengths[0]);
      toB[e] = second * g[e]! + (perCosine === 0 ? 0 : (perCosine * (u - cosine * v)) / lengths[1]);
    }
  }
  return { a: asType(toA, gradient), b: asType(toB, gradient) };
}

function checkPair(a: Features, b: Features, t: readonly number[], where: string): void {
  if (a.shape.length === 2 && `${a.shape}` === `${b.shape}` && t.length === a.shape[0]) return;
  const got = `[${a.shape}], [${b.shape}] and ${t.length} shares`;
  throw new ViewforgeError('SHAPE', where, `expected two times rows of [n, d] and n shares, got ${got}`);
}

interface Arc {
  readonly angle: number;
  readonly cosine: number;
  readonly lengths: readonly [number, number];
  /** Undefined where there is no arc. */
  readonly sine: number | undefined;
  readonly isAntipodal: boolean;
}

function arcsOf(a: Features, b: Features): Arc[] {
  const [n, d] = a.shape as [number, number];
  const [p, q] = [values(a), values(b)];
  return Array.from({ length: n }, (_, i) => {
    const lengths = [Math.sqrt(dotRows(p, i, p, i, d)), Math.sqrt(dotRows(q, i, q, i, d))] as const;
    const isZero = Math.min(...lengths) <= smallestNorm;
    const cosine = isZero ? 1 : Math.max(-1, Math.min(1, dotRows(p, i, q, i, d) / (lengths[0] * lengths[1])));
    const angle = Math.acos(cosine);
    const sine = Math.sin(angle);
    const isArc = !isZero && sine >= 1e-6;
    return { angle, cosine, lengths, sine: isArc ? sine : undefined, isAntipodal: !isZero && !isArc && cosine < 0 };
  });
}

/** How much of a and of b a row takes. */
function shares({ angle, sine, isAntipodal }: Arc, t: number): readonly [number, number] {
  if (isAntipodal) return [1, 0];
  return sine === undefined ? [1 - t, t] : [Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine];
}

/** The derivative of sin(t w) / sin w by w. */
function turn({ angle, cosine, sine }: Arc, t: number): number {
  return (t * Math.cos(t * angle) * sine! - Math.sin(t * angle) * cosine) / sine! ** 2;
}

function combine(a: Features, b: Features, of: (row: number) => readonly [number, number]): Features {
  const [n, d] = a.shape as [number, number];
  const [p, q] = [values(a), values(b)];
  const sums = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const [first, second] = of(i);
    // what has no share must not count, whatever it holds
    for (let e = i * d; e < i * d + d; e++) sums[e] = (first === 0 ? 0 : first * p[e]!) + (second === 0 ? 0 : second * q[e]!);
  }
  return asType(sums, a);
}
