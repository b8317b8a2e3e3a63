import { resize } from '@viewforge/image';
import type { Random } from '@viewforge/random';
import { type Image, image, values } from '@viewforge/tensor';
import type { Region } from './boxes.ts';

/** An object in an image. */
export interface Instance {
  /** [1, h, w], how much of each pixel is the object's, in [0, 1]. */
  readonly mask: Image;
  /** Around all pixels of which at least half are the object's; empty where there is none. */
  readonly region: Region;
  readonly label?: number;
}

/** An image with what is in it. */
export interface Scene {
  readonly image: Image;
  readonly instances: readonly Instance[];
}

/** Where a donor is pasted, of which size, and whether it is mirrored. */
export type PasteDraw = {
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  readonly flip: boolean;
};

/** Host objects of which less is left are dropped. */
const leastLeft = 0.1;

/**
 * Where to paste a donor [c, h, w] into a host: its longer side is a drawn share of the host's shorter one, anywhere inside, mirrored half
 * of the time. Shapes are [c, h, w]; `scaleRange` is in (0, 1].
 */
export function drawPaste(
  host: readonly number[],
  donor: readonly number[],
  random: Random,
  [low, high]: readonly [number, number] = [0.1, 1],
): PasteDraw {
  const [, h, w] = host as [number, number, number];
  const [, donorHeight, donorWidth] = donor as [number, number, number];
  const scale = (random.uniform(low, high) * Math.min(h, w)) / Math.max(donorHeight, donorWidth);
  const height = Math.min(h, Math.max(1, Math.round(donorHeight * scale)));
  const width = Math.min(w, Math.max(1, Math.round(donorWidth * scale)));
  const left = random.integer(0, w - width + 1);
  return { height, width, left, top: random.integer(0, h - height + 1), flip: random.chance(0.5) };
}

/**
 * A host with a donor's object pasted in: m x_donor + (1 - m) x_host, m the donor's mask brought to its size and place. Host objects lose
 * what is covered and are dropped when less than a tenth is left; the new object comes last. Pixels where m is 0 keep their bits.
 */
export function pasteInstance(host: Scene, donor: Scene, draw: PasteDraw): Scene {
  const [object] = donor.instances;
  if (object === undefined) throw new RangeError('pasteInstance: expected a donor with an instance, got none');
  const [c, h, w] = host.image.shape as [number, number, number];
  if (donor.image.shape[0] !== c)
    throw new RangeError(`pasteInstance: expected a donor of ${c} channels, got ${donor.image.shape[0]}`);
  const fit = { height: draw.height, width: draw.width, interpolation: 'bilinear', antialias: true, flip: draw.flip } as const;
  const picture = values(resize(donor.image, fit));
  const cover = values(resize(object.mask, fit));
  const mixed = values(host.image).slice();
  const mask = new Float32Array(h * w);
  for (let k = 0; k < cover.length; k++) {
    const at = (draw.top + Math.floor(k / draw.width)) * w + draw.left + (k % draw.width);
    const share = cover[k]!;
    mask[at] = share;
    for (let plane = 0; share > 0 && plane < c; plane++) {
      const pixel = plane * h * w + at;
      const pasted = picture[plane * cover.length + k]!;
      mixed[pixel] = share === 1 ? pasted : share * pasted + (1 - share) * mixed[pixel]!;
    }
  }
  const left = host.instances.flatMap((instance) => coveredBy(instance, mask));
  return { image: image(mixed, c, h, w), instances: [...left, { ...object, ...instanceOf(mask, h, w) }] };
}

/** An instance from its mask, row-major [h, w]. */
export function instanceOf(mask: Float32Array, h: number, w: number): Pick<Instance, 'mask' | 'region'> {
  const rows: number[] = [];
  const columns: number[] = [];
  for (let at = 0; at < mask.length; at++) {
    if (mask[at]! < 0.5) continue;
    rows.push(Math.floor(at / w));
    columns.push(at % w);
  }
  const span = (of: readonly number[]): [number, number] =>
    of.reduce(([low, high], at) => [Math.min(low, at), Math.max(high, at + 1)], of.length > 0 ? [of[0]!, 0] : [0, 0]);
  const [[top, bottom], [left, right]] = [span(rows), span(columns)];
  return { mask: image(mask, 1, h, w), region: { top, left, bottom, right } };
}

/** What is left of an instance under a mask; nothing where that is too little. */
function coveredBy(instance: Instance, cover: Float32Array): Instance[] {
  const [, h, w] = instance.mask.shape as [number, number, number];
  const before = values(instance.mask);
  const after = before.map((share, at) => share * (1 - cover[at]!));
  const sum = (of: Float32Array): number => of.reduce((total, share) => total + share, 0);
  return sum(after) < leastLeft * sum(before) ? [] : [{ ...instance, ...instanceOf(after, h, w) }];
}
