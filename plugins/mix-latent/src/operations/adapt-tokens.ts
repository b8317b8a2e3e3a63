import { type Encoder, type Running, ViewforgeError } from '@viewforge/core';
import { affineMatrix, flipHorizontal, resizedCrop, warpAffine } from '@viewforge/image';
import { choose, type Random } from '@viewforge/random';
import { elements, type Features, type Image, image, type Tensor, tensor, values } from '@viewforge/tensor';
import { checkTokens, embedTokens, nearestCodes, type TokenGrid } from './token-grid.ts';

/** What was drawn for one item: how its map is altered, and which part of the grid is shown. */
export type TokenView = {
  readonly flip: boolean;
  readonly degrees: number;
  /** Right and down, in positions. */
  readonly translate: readonly [number, number];
  readonly shear: number;
  readonly box: { readonly top: number; readonly left: number; readonly height: number; readonly width: number };
};

/** Which items are altered as maps, the others by a crop of their tokens alone; and a view of each. */
export type TokenDraw = { readonly adapted: readonly number[]; readonly views: readonly TokenView[] };

/** How far token views go. */
export interface TokenRanges {
  /** Largest rotation and shear in degrees, to either side; 30 and 15. */
  readonly degrees?: number;
  readonly shear?: number;
  /** Largest move as a share of the side; 0.2. */
  readonly translate?: number;
  /** Area of the crop as a share of the grid; [0.35, 1]. */
  readonly scaleRange?: readonly [number, number];
}

/** Alters maps [n, c, h, w] of token embeddings, such as a network that makes them smooth, or the one that undoes it. */
export type TokenNet = (maps: Tensor, running: Running) => Promise<Tensor>;

/** Draws half of the items, then for each item flip, rotation, move right and down, shear, area and place of the crop. */
export function drawTokenViews(random: Random, { n, h, w }: Omit<TokenGrid, 'ids'>, ranges: TokenRanges = {}): TokenDraw {
  const { degrees = 30, shear = 15, translate = 0.2, scaleRange = [0.35, 1] } = ranges;
  const adapted = choose(random, n, Math.floor(n / 2)).sort((a, b) => a - b);
  const views = Array.from({ length: n }, (): TokenView => {
    const flip = random.chance(0.5);
    const turn = random.uniform(-degrees, degrees);
    const move = [random.uniform(-translate, translate) * w, random.uniform(-translate, translate) * h] as const;
    const lean = random.uniform(-shear, shear);
    const side = Math.sqrt(random.uniform(...scaleRange));
    const [height, width] = [h, w].map((whole) => Math.min(whole, Math.max(1, Math.round(whole * side)))) as [number, number];
    const box = { top: random.integer(0, h - height + 1), left: random.integer(0, w - width + 1), height, width };
    return { flip, degrees: turn, translate: move, shear: lean, box };
  });
  return { adapted, views };
}

/**
 * Views of grids of tokens by a codebook [k, c]. Adapted items become embeddings, pass `convert`, are flipped, warped (what comes from beyond
 * the map is the mean of its channel) and cropped to the whole grid again as if they were images, pass `invert`, and become the nearest
 * codes. The others are cropped as ids, by the nearest position. Without networks nothing makes the maps smooth, which is a weaker view.
 * Maps are float32. Throws ViewforgeError: SHAPE for ids that are no codes or another number of views, MODEL_OUTPUT for what networks give.
 */
export async function adaptTokens(
  tokens: TokenGrid,
  codebook: Features,
  drawn: TokenDraw,
  running: Running,
  nets: { readonly convert?: TokenNet; readonly invert?: TokenNet } = {},
): Promise<TokenGrid> {
  const { convert = same, invert = same } = nets;
  const { n, h, w } = tokens;
  const size = h * w;
  checkTokens(tokens, codebook.shape[0]!, 'adapt-tokens');
  if (drawn.views.length !== n)
    throw new ViewforgeError('SHAPE', 'adapt-tokens', `expected ${n} views, got ${drawn.views.length}`);
  const ids = Int32Array.from({ length: n * size }, (_, at) => croppedId(tokens, at, drawn.views[Math.floor(at / size)]!));
  if (drawn.adapted.length === 0) return { ...tokens, ids };
  const chosen = Int32Array.from(drawn.adapted.flatMap((i) => [...tokens.ids.subarray(i * size, i * size + size)]));
  const maps = await convert(embedTokens({ ids: chosen, n: drawn.adapted.length, h, w }, codebook), running);
  const [, c, height, width] = mapSides(maps, drawn.adapted.length, 'convert');
  const altered = new Float32Array(values(maps).length);
  const each = c * height * width;
  for (const [place, i] of drawn.adapted.entries()) {
    const map = image(Float32Array.from(values(maps).subarray(place * each, place * each + each)), c, height, width);
    altered.set(values(alterMap(map, drawn.views[i]!, [height / h, width / w])), place * each);
  }
  const found = nearestCodes(await invert(tensor(altered, maps.shape), running), codebook);
  if (found.h !== h || found.w !== w || found.n !== drawn.adapted.length)
    throw new ViewforgeError(
      'MODEL_OUTPUT',
      'adapt-tokens',
      `expected maps of ${h} x ${w} of "invert", got ${found.h} x ${found.w}`,
    );
  for (const [place, i] of drawn.adapted.entries()) ids.set(found.ids.subarray(place * size, place * size + size), i * size);
  return { ...tokens, ids };
}

/** A network over maps out of an encoder: it takes them as `image`, and its `features` [n, d] are maps of `item` [c, h, w]. */
export function tokenNet(encoder: Encoder, item: readonly [number, number, number]): TokenNet {
  return async (maps, running) => {
    const { features } = await encoder.encode({ image: maps }, running);
    if (features === undefined || elements(features.shape) !== maps.shape[0]! * elements(item))
      throw new ViewforgeError(
        'MODEL_OUTPUT',
        encoder.name,
        `expected features of [${item}], got [${features?.shape ?? 'nothing'}]`,
      );
    return tensor(values(features), [maps.shape[0]!, ...item]);
  };
}

/** A map [c, h, w] after flip, warp and crop; `scale` is how many of its pixels, down and across, a position of the grid has. */
function alterMap(
  map: Image,
  { flip, degrees, translate: [right, down], shear, box }: TokenView,
  scale: readonly [number, number],
): Image {
  const [, height, width] = map.shape as [number, number, number];
  const [tall, wide] = scale;
  const matrix = affineMatrix({ degrees, translate: [right * wide, down * tall], scale: 1, shear: [shear, 0] });
  const flipped = flip ? flipHorizontal(map) : map;
  const warped = warpAffine(flipped, { matrix, interpolation: 'bilinear', fill: channelMeans(map) });
  const [top, left] = [Math.floor(box.top * tall), Math.floor(box.left * wide)];
  const cut = {
    top,
    left,
    height: Math.min(height - top, Math.max(1, Math.round(box.height * tall))),
    width: Math.min(width - left, Math.max(1, Math.round(box.width * wide))),
  };
  return resizedCrop(warped, cut, { height, width, interpolation: 'bilinear', antialias: true });
}

function croppedId({ ids, h, w }: TokenGrid, at: number, { box }: TokenView): number {
  const [item, y, x] = [Math.floor(at / (h * w)), Math.floor(at / w) % h, at % w];
  const row = box.top + Math.floor(((y + 0.5) * box.height) / h);
  const column = box.left + Math.floor(((x + 0.5) * box.width) / w);
  return ids[(item * h + row) * w + column]!;
}

function channelMeans(map: Image): number[] {
  const [c, height, width] = map.shape as [number, number, number];
  const from = values(map);
  const size = height * width;
  return Array.from(
    { length: c },
    (_, channel) => from.subarray(channel * size, channel * size + size).reduce((sum, value) => sum + value, 0) / size,
  );
}

function mapSides({ shape }: Tensor, n: number, what: string): readonly [number, number, number, number] {
  if (shape.length === 4 && shape[0] === n) return shape as unknown as readonly [number, number, number, number];
  throw new ViewforgeError('MODEL_OUTPUT', 'adapt-tokens', `expected maps of [${n}, c, h, w] of "${what}", got [${shape}]`);
}

async function same(maps: Tensor): Promise<Tensor> {
  return maps;
}
