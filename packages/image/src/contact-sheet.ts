import { type Image, image, values } from '@viewforge/tensor';
import { toBytes } from './convert.ts';
import { resize } from './resize.ts';
import { loadSharp } from './sharp.ts';

/** How a contact sheet looks. */
export interface SheetOptions {
  /** Height and width of every cell in pixels; images are brought to it without keeping their proportions. Default 128. */
  readonly cell?: number;
  /** Space around cells in pixels. Default 4. */
  readonly gutter?: number;
  /** Intensity behind the cells, in [0, 1]. Default 1, white. */
  readonly background?: number;
}

/** A sheet with a line of text above each column. */
export interface LabelOptions extends SheetOptions {
  readonly labels?: readonly string[];
}

/** Images of 1 or 3 channels in a grid, one array a row; rows may differ in length. Values are expected in [0, 1]. */
export function contactSheet(rows: readonly (readonly Image[])[], options: SheetOptions = {}): Image {
  const { cell = 128, gutter = 4, background = 1 } = options;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns === 0) throw new RangeError('contactSheet: expected at least one image, got none');
  const height = rows.length * (cell + gutter) + gutter;
  const width = columns * (cell + gutter) + gutter;
  const sheet = new Float32Array(3 * height * width).fill(background);
  for (const [y, row] of rows.entries()) {
    for (const [x, picture] of row.entries()) {
      const fitted = resize(picture, { height: cell, width: cell, interpolation: 'bilinear', antialias: true });
      paste(sheet, [height, width], fitted, gutter + y * (cell + gutter), gutter + x * (cell + gutter));
    }
  }
  return image(sheet, 3, height, width);
}

/** A contact sheet as a PNG file, with a label above each column where labels are given (in a sans-serif font of the machine). */
export async function encodeContactSheet(rows: readonly (readonly Image[])[], options: LabelOptions = {}): Promise<Uint8Array> {
  const { labels = [], cell = 128, gutter = 4, background = 1 } = options;
  const sheet = contactSheet(rows, options);
  const [, height, width] = sheet.shape as [number, number, number];
  const sharp = await loadSharp();
  const picture = sharp(toBytes(sheet), { raw: { channels: 3, height, width } });
  if (labels.length === 0) return await picture.png().toBuffer();
  const level = Math.round(background * 255);
  const above = { top: labelHeight, background: { r: level, g: level, b: level } };
  const withRoom = await picture.extend(above).png().toBuffer();
  const texts = labels.map((label, column) =>
    textAt(label, gutter + column * (cell + gutter), background > 0.5 ? 'black' : 'white'),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${labelHeight}">${texts.join('')}</svg>`;
  return await sharp(withRoom)
    .composite([{ input: Buffer.from(svg), top: 0, left: 0 }])
    .png()
    .toBuffer();
}

const labelHeight = 20;

function textAt(label: string, left: number, color: string): string {
  const escaped = label.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<text x="${left}" y="15" font-family="sans-serif" font-size="12" fill="${color}">${escaped}</text>`;
}

function paste(sheet: Float32Array, [height, width]: readonly [number, number], picture: Image, top: number, left: number): void {
  const [channels, h, w] = picture.shape as [number, number, number];
  const from = values(picture);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < h; y++) {
      const line = (Math.min(c, channels - 1) * h + y) * w;
      sheet.set(from.subarray(line, line + w), (c * height + top + y) * width + left);
    }
  }
}
