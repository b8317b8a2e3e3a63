import { ViewforgeError } from '@viewforge/core';
import { type Features, tensor, values } from '@viewforge/tensor';
import { checkFinite, rowBlock, squaredDistance } from './class-rows.ts';

/** Vectors that stand for classes, and which of them are neighbors; plain data, never written again. */
export interface PrototypeGraph {
  /** [m, d]; the coding vectors. Codes c * codesPerClass and on belong to class c. */
  readonly codes: Features;
  /** [m, m] in float64, symmetric, in [0, 1], 1 on the diagonal; 0 where there is no edge. */
  readonly edges: Features;
  /** 1, or 4 where every class has one for each of four rotations. */
  readonly codesPerClass: number;
}

/** How edges come and go. */
export interface GraphOptions {
  /** Codes next to the winner that are its neighbors, whole, >= 1; 15 when left out, all others where there are fewer. */
  readonly neighbors?: number;
  /** What the winner's other edges are multiplied by, in (0, 1]; 0.9 when left out. */
  readonly decay?: number;
  /** Edges that fall below it are taken away; 0.9^10 when left out. */
  readonly least?: number;
}

/** A graph without edges but those of codes with themselves. */
export function startPrototypes(codes: Features, codesPerClass = 1): PrototypeGraph {
  const { n } = rowBlock(codes, 'prototype-graph', 'codes');
  if (!(Number.isInteger(codesPerClass) && codesPerClass >= 1 && n % codesPerClass === 0)) {
    const message = `expected codes per class that divide ${n}, got ${codesPerClass}`;
    throw new ViewforgeError('OPTION', 'prototype-graph', message);
  }
  return { codes, edges: identity(n), codesPerClass };
}

/**
 * The graph after a batch of rows [n, d], as neural gas learns it (NAPA-VQ): for each row in turn the nearest code wins, its edges to the codes
 * nearest to it become 1, its other edges decay, and those that became too weak go. Then edges are made symmetric, (E + E^T) / 2. Of codes
 * equally near the lower counts. Codes stay; they learn by `neighborAwareLoss`. Reference: https://arxiv.org/abs/2308.09297
 *
 * Throws ViewforgeError: SHAPE for rows of another width, NOT_FINITE for rows with NaN or an infinity, OPTION for options out of bounds.
 */
export function updatePrototypes(graph: PrototypeGraph, rows: Features, options: GraphOptions = {}): PrototypeGraph {
  const where = 'prototype-graph';
  const { neighbors = 15, decay = 0.9, least = 0.9 ** 10 } = options;
  if (!(Number.isInteger(neighbors) && neighbors >= 1) || !(decay > 0 && decay <= 1) || !(least >= 0 && least <= 1)) {
    const message = `expected neighbors >= 1, decay in (0, 1] and least in [0, 1], got ${neighbors}, ${decay} and ${least}`;
    throw new ViewforgeError('OPTION', where, message);
  }
  const codes = rowBlock(graph.codes, where, 'codes');
  const block = rowBlock(rows, where, 'rows', codes.d);
  checkFinite(block, where, 'rows');
  const m = codes.n;
  const edges = values(graph.edges).slice();
  const near = new Map<number, readonly number[]>();
  for (let row = 0; row < block.n && m > 0; row++) {
    const winner = nearestOf(m, (code) => squaredDistance(block, row, codes, code))[0]!;
    // itself comes first even where another code is the same
    const found =
      near.get(winner) ?? nearestOf(m, (code) => (code === winner ? -1 : squaredDistance(codes, winner, codes, code)));
    near.set(winner, found);
    const next = found.slice(1, 1 + neighbors);
    refresh(edges.subarray(winner * m, winner * m + m), [winner, ...next], decay, least);
  }
  const symmetric = edges.map((edge, at) => (edge + edges[(at % m) * m + Math.floor(at / m)]!) / 2);
  return { ...graph, edges: tensor(symmetric, [m, m]) };
}

/** The graph with further codes [k, d] behind its own, such as those of a new task, which begin without edges. */
export function extendPrototypes(graph: PrototypeGraph, codes: Features): PrototypeGraph {
  const [old, fresh] = [
    rowBlock(graph.codes, 'prototype-graph', 'codes'),
    rowBlock(codes, 'prototype-graph', 'codes', graph.codes.shape[1]!),
  ];
  const data =
    values(graph.codes) instanceof Float64Array
      ? new Float64Array((old.n + fresh.n) * old.d)
      : new Float32Array((old.n + fresh.n) * old.d);
  data.set(old.data);
  data.set(fresh.data, old.data.length);
  const { edges } = startPrototypes(tensor(data, [old.n + fresh.n, old.d]), graph.codesPerClass);
  const [to, from] = [values(edges), values(graph.edges)];
  for (let i = 0; i < old.n; i++) to.set(from.subarray(i * old.n, i * old.n + old.n), i * (old.n + fresh.n));
  return { ...graph, codes: tensor(data, [old.n + fresh.n, old.d]), edges };
}

/** Codes that have an edge with code `code`, itself included, ascending. */
export function prototypeNeighbors({ edges }: PrototypeGraph, code: number): number[] {
  const m = edges.shape[0]!;
  return Array.from(
    values(edges)
      .subarray(code * m, code * m + m)
      .keys(),
  ).filter((other) => edges.get(code, other) > 0);
}

/** In place: the edges of one winner. Powers of the decay are compared with a tolerance, so that 0.9 ten times over is not below 0.9^10. */
function refresh(edges: Float32Array | Float64Array, kept: readonly number[], decay: number, least: number): void {
  for (let code = 0; code < edges.length; code++) {
    if (edges[code] === 0 || kept.includes(code)) continue;
    const weaker = edges[code]! * decay;
    edges[code] = weaker < least * (1 - 1e-9) ? 0 : weaker;
  }
  for (const code of kept) edges[code] = 1;
}

/** The numbers below m by distance, nearest first, of equals the lower. */
function nearestOf(m: number, distance: (code: number) => number): number[] {
  const distances = Array.from({ length: m }, (_, code) => distance(code));
  return Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]! || a - b);
}

function identity(m: number): Features {
  const edges = new Float64Array(m * m);
  for (let code = 0; code < m; code++) edges[code * m + code] = 1;
  return tensor(edges, [m, m]);
}
