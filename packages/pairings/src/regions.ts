import { definePairing, integer, onlyColumns, sparseWeights, text, ViewforgeError } from '@viewforge/core';
import { type Features, values, zeros } from '@viewforge/tensor';
import { z } from 'zod';
import { withOutput } from './named-output.ts';
import { gradientsAt, roleOption, sumOf, viewsOf } from './role.ts';

/**
 * Regions of one image against each other (local contrast for segmentation): the features of a view are a map [c, height, width], from
 * which 13 squares are taken, 9 on a grid and 4 at its quarter points; those that fall on one place of a small map count once. Rows are
 * queries and keys at once, [views * n * regions, c * size * size], view by view and item by item. The positive of a region is the same
 * one in the other views, so views must differ in colors and noise, not in geometry. It sees as negatives only the `negatives` regions of
 * the same item that are farthest from it (the lower of a tie), in all views; no other items. For InfoNCE with temperature 0.1.
 *
 * Maps are the features, or an output of the encoder [n, c, height, width] that `output` names; gradients are then those of that output,
 * flattened. Gradients of rows are added up where squares overlap. A map with one region has no negatives: InfoNCE 0. Keeps no state.
 *
 * Throws ViewforgeError: NAME for a role that the plan or an output that the encoder lacks, PLAN for fewer than two views, SHAPE for features that are no map of this
 * height and width or one that is smaller than a region, and for views of different shapes.
 */
export const regions = definePairing({
  name: 'regions',
  summary: 'Compare squares of feature maps with the same squares of the other view, and with others of the image.',
  reference: 'https://arxiv.org/abs/2006.10511',
  options: z.object({
    role: roleOption,
    output: text({ doc: 'Name of the output of the encoder that is the map; the features when left out.' }).optional(),
    height: mapSize('Height of the feature maps.'),
    width: mapSize('Width of the feature maps.'),
    size: integer({ default: 3, min: 1, unit: 'cells', doc: 'Side of a region.' }),
    negatives: integer({
      default: 5,
      min: 0,
      unit: 'regions',
      doc: 'How many other regions a region is told from, in each view.',
    }),
  }),
  start: () => null,
  pair(given, state, { role: wanted, output, height, width, size, negatives }) {
    const encoded = withOutput(given, output, 'regions');
    const { role, views } = viewsOf(encoded, wanted, 'regions');
    const grid = {
      height,
      width,
      size,
      channels: channelsOf(
        views.map(({ features }) => features),
        { height, width, size },
      ),
    };
    const places = regionPlaces(grid);
    const maps = views.map(({ features }) => features);
    const cells = places.map((place) => cellsOf(place, grid));
    const rows = gather(maps, cells);
    const n = maps[0]!.shape[0]!;
    return {
      batch: { queries: rows, keys: [rows], ...comparisonsOf(views.length, n, farthest(places, negatives)) },
      state,
      pullback({ queries, keys }) {
        const sum = sumOf([queries, keys?.[0]]);
        return gradientsAt(
          encoded,
          sum ? maps.map((map, index) => [{ role, index }, scatter(sum, map, cells, index)] as const) : [],
        );
      },
    };
  },
});

/** A size that must be given. */
function mapSize(doc: string) {
  return z.int().min(1).describe(doc).meta({ unit: 'cells' });
}

/** A map, and the side of its regions. */
export interface RegionGrid {
  readonly height: number;
  readonly width: number;
  readonly size: number;
}

/** The upper left cell of a region. */
export interface RegionPlace {
  readonly top: number;
  readonly left: number;
}

/**
 * Where regions are: at 0, 1/2 and 1 of the way of a square through the map in both directions, then at 1/4 and 3/4, row by row, to the
 * nearest cell; 13 of them, or fewer where some fall on one place.
 */
export function regionPlaces({ height, width, size }: RegionGrid): RegionPlace[] {
  const at = (share: number, length: number): number => Math.round(share * (length - size));
  const square = (shares: readonly number[]): RegionPlace[] =>
    shares.flatMap((y) => shares.map((x) => ({ top: at(y, height), left: at(x, width) })));
  const all = [...square([0, 0.5, 1]), ...square([0.25, 0.75])];
  return all.filter(({ top, left }, i) => all.findIndex((other) => other.top === top && other.left === left) === i);
}

function channelsOf(maps: readonly Features[], { height, width, size }: RegionGrid): number {
  const fail = (expected: string, got: string): never => {
    throw new ViewforgeError('SHAPE', 'regions', `expected ${expected}, got ${got}`);
  };
  const { shape } = maps[0]!;
  const channels = shape[1]! / (height * width);
  if (!Number.isInteger(channels) || channels === 0)
    fail(`maps of [c, ${height}, ${width}], c * ${height * width} numbers`, `${shape[1]}`);
  if (size > Math.min(height, width)) fail(`maps of at least ${size} by ${size} cells`, `${height} by ${width}`);
  for (const map of maps) if (`${map.shape}` !== `${shape}`) fail(`views of [${shape}]`, `[${map.shape}]`);
  return channels;
}

/** Indices into a map of the numbers of a region, channel by channel and row by row. */
function cellsOf(
  { top, left }: RegionPlace,
  { height, width, size, channels }: RegionGrid & { readonly channels: number },
): Int32Array {
  return Int32Array.from({ length: channels * size * size }, (_, e) => {
    const [channel, y, x] = [Math.floor(e / (size * size)), Math.floor(e / size) % size, e % size];
    return (channel * height + top + y) * width + left + x;
  });
}

/** For each region the `count` regions farthest from it. */
function farthest(places: readonly RegionPlace[], count: number): number[][] {
  return places.map((own, region) => {
    const distance = (other: number): number => (places[other]!.top - own.top) ** 2 + (places[other]!.left - own.left) ** 2;
    const others = places.map((_, other) => other).filter((other) => other !== region);
    return others.sort((a, b) => distance(b) - distance(a)).slice(0, count);
  });
}

/** Who belongs to whom, and who sees whom: row (view * n + item) * regions + region. */
function comparisonsOf(views: number, n: number, negatives: readonly (readonly number[])[]) {
  const regionCount = negatives.length;
  const rows = Array.from({ length: views * n * regionCount }, (_, row) => {
    const [view, item, region] = [Math.floor(row / (n * regionCount)), Math.floor(row / regionCount) % n, row % regionCount];
    const columnOf = (v: number, r: number): number => (v * n + item) * regionCount + r;
    const all = Array.from({ length: views }, (_, v) => v);
    const positives = all.filter((v) => v !== view).map((v) => columnOf(v, region));
    return { positives, seen: [...positives, ...all.flatMap((v) => negatives[region]!.map((other) => columnOf(v, other)))] };
  });
  return {
    targets: sparseWeights(rows.map(({ positives }) => positives.map((column) => [column, 1 / positives.length] as const))),
    excluded: onlyColumns(rows.map(({ seen }) => seen)),
  };
}

/** [maps * n * regions, cells of a region] */
function gather(maps: readonly Features[], cells: readonly Int32Array[]): Features {
  const [n, d] = maps[0]!.shape as [number, number];
  const width = cells[0]!.length;
  const rows = zeros([maps.length * n * cells.length, width], maps[0]);
  const into = values(rows);
  let at = 0;
  for (const map of maps) {
    const from = values(map);
    for (let item = 0; item < n; item++) {
      for (const own of cells) for (const cell of own) into[at++] = from[item * d + cell]!;
    }
  }
  return rows;
}

/** The gradient of map `index` from that of all rows. */
function scatter(gradient: Features, map: Features, cells: readonly Int32Array[], index: number): Features {
  const [n, d] = map.shape as [number, number];
  const result = zeros([n, d], map);
  const [from, into] = [values(gradient), values(result)];
  let at = index * n * cells.length * cells[0]!.length;
  for (let item = 0; item < n; item++) {
    for (const own of cells) {
      for (const cell of own) into[item * d + cell] = into[item * d + cell]! + from[at++]!;
    }
  }
  return result;
}
