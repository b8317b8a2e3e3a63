import { isSrgbProfile } from './icc-profile.ts';

/** What the segments before the pixels of a JPEG tell. */
export interface JpegHeader {
  /** As stored, before any rotation. */
  readonly height: number;
  readonly width: number;
  /** 1 gray, 3 color, 4 CMYK. */
  readonly components: number;
  /** Of EXIF, 1-8; 1 when it has none. */
  readonly orientation: number;
  /**
   * Baseline, 8 bits, gray or YCbCr with color at full or half resolution, and already sRGB: what every decoder makes the
   * same of.
   */
  readonly isPlain: boolean;
}

interface Segment {
  readonly marker: number;
  readonly body: Buffer;
}

interface Frame {
  readonly height: number;
  readonly width: number;
  /** Identifier and sampling factors (horizontal in the upper four bits) of each component. */
  readonly components: readonly { readonly id: number; readonly sampling: number }[];
  readonly isBaseline: boolean;
}

/**
 * The header of a JPEG from the beginning of its file, up to its first scan. Undefined for anything out of the ordinary:
 * another format, damage, a beginning that ends too early, several EXIF blocks. Somebody else then has to look.
 */
export function parseJpegHeader(start: Uint8Array): JpegHeader | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
  const segments = segmentsOf(bytes);
  if (segments === undefined) return undefined;
  const frames = segments.filter(({ marker }) => isFrame(marker));
  const frame = frames.length === 1 ? frameOf(frames[0]!) : undefined;
  const orientation = orientationOf(segments);
  if (frame === undefined || orientation === undefined) return undefined;
  const { height, width, components } = frame;
  return { height, width, components: components.length, orientation, isPlain: isPlain(frame, segments) };
}

/** Those before the first scan; undefined when there is no scan or something stands between segments. */
function segmentsOf(bytes: Buffer): Segment[] | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++; // a marker may be filled up in front
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (marker === 0xda) return segments;
    if (!isKnown(marker) || length < 2 || at + 2 + length > bytes.length) return undefined;
    segments.push({ marker, body: bytes.subarray(at + 4, at + 2 + length) });
    at += 2 + length;
  }
  return undefined;
}

/** Baseline (0), extended (1) and progressive (2) Huffman coding; the others are not decoded by anyone here. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xc2;

/** Frames, tables (DHT, DQT, DRI), applications' data, comments. */
function isKnown(marker: number): boolean {
  return isFrame(marker) || [0xc4, 0xdb, 0xdd, 0xfe].includes(marker) || (marker >= 0xe0 && marker <= 0xef);
}

function frameOf({ marker, body }: Segment): Frame | undefined {
  if (body.length < 6 || body[0] !== 8) return undefined;
  const [height, width, count] = [body.readUInt16BE(1), body.readUInt16BE(3), body[5]!];
  if (height === 0 || width === 0 || ![1, 3, 4].includes(count) || body.length !== 6 + 3 * count) return undefined;
  const components = Array.from({ length: count }, (_, i) => ({ id: body[6 + 3 * i]!, sampling: body[7 + 3 * i]! }));
  return { height, width, components, isBaseline: marker === 0xc0 };
}

/** Undefined when EXIF is there more than once or is not what it should be. */
function orientationOf(segments: readonly Segment[]): number | undefined {
  const found = segments.filter(({ marker, body }) => marker === 0xe1 && startsWith(body, 'Exif\0'));
  if (found.length === 0) return 1;
  return found.length === 1 ? orientationOfTiff(found[0]!.body.subarray(6)) : undefined;
}

/** The orientation in the first directory of a TIFF file, 1 when it has none; undefined for a damaged file or value. */
function orientationOfTiff(tiff: Buffer): number | undefined {
  const order = tiff.toString('latin1', 0, 4);
  if (order !== 'II*\0' && order !== 'MM\0*') return undefined;
  const short = (at: number) => (order === 'II*\0' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const long = (at: number) => (order === 'II*\0' ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  if (tiff.length < 10 || long(4) < 8 || long(4) + 2 > tiff.length) return undefined;
  const first = long(4) + 2;
  const count = short(long(4));
  if (first + 12 * count > tiff.length) return undefined;
  const places = Array.from({ length: count }, (_, i) => first + 12 * i).filter((at) => short(at) === 0x0112);
  if (places.length === 0) return 1;
  const [at] = places as [number];
  const isShort = short(at + 2) === 3 && long(at + 4) === 1;
  const value = short(at + 8);
  return places.length === 1 && isShort && value >= 1 && value <= 8 ? value : undefined;
}

function isPlain({ components, isBaseline }: Frame, segments: readonly Segment[]): boolean {
  const profile = profileOf(segments);
  if (!isBaseline || components.length > 3) return false;
  if (components.length === 1) return profile === undefined;
  return isYcc(components, segments) && isSampledPlainly(components) && (profile === undefined || isSrgbProfile(profile));
}

/** Not RGB, whose components are named so or which Adobe's segment tells. */
function isYcc(components: Frame['components'], segments: readonly Segment[]): boolean {
  const adobe = segments.filter(({ marker, body }) => marker === 0xee && startsWith(body, 'Adobe'));
  return components.every(({ id }, i) => id === i + 1) && adobe.every(({ body }) => body[11] === 1);
}

/** 4:4:4, 4:2:2, 4:4:0 or 4:2:0. */
function isSampledPlainly([luma, ...chroma]: Frame['components']): boolean {
  return [0x11, 0x21, 0x12, 0x22].includes(luma!.sampling) && chroma.every(({ sampling }) => sampling === 0x11);
}

/** The color profile, put together from its numbered pieces; without bytes when pieces are missing. */
function profileOf(segments: readonly Segment[]): Buffer | undefined {
  const pieces = segments
    .filter(({ marker, body }) => marker === 0xe2 && startsWith(body, 'ICC_PROFILE\0'))
    .map(({ body }) => body);
  if (pieces.length === 0) return undefined;
  const isWhole = pieces.every((piece, i) => piece[12] === i + 1 && piece[13] === pieces.length);
  return isWhole ? Buffer.concat(pieces.map((piece) => piece.subarray(14))) : Buffer.alloc(0);
}

function startsWith(body: Buffer, text: string): boolean {
  return body.toString('latin1', 0, text.length) === text;
}
