/** Red, green and blue of sRGB as XYZ under the profile connection space's white, D50. */
const primaries = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7139],
} as const;

/**
 * Whether an ICC profile describes sRGB, so that converting to sRGB changes nothing: an RGB display profile of three
 * primaries and curves, without tables, whose numbers are those of sRGB. False when in doubt. Layout: ICC.1:2022, sections 7
 * and 10.
 */
export function isSrgbProfile(profile: Buffer): boolean {
  if (profile.length < 132 || profile.toString('latin1', 16, 24) !== 'RGB XYZ ') return false;
  const tags = tagsOf(profile);
  if (tags === undefined || tags.has('A2B0') || tags.has('D2B0')) return false;
  const hasPrimaries = Object.entries(primaries).every(([name, xyz]) =>
    xyz.every((value, i) => Math.abs(numberAt(tags.get(name), 8 + 4 * i) - value) < 0.003),
  );
  return hasPrimaries && ['rTRC', 'gTRC', 'bTRC'].every((name) => isSrgbCurve(tags.get(name)));
}

/** Data of each tag by its four letters; undefined when one lies outside the profile. */
function tagsOf(profile: Buffer): Map<string, Buffer> | undefined {
  const tags = new Map<string, Buffer>();
  for (let i = 0, at = 132; i < profile.readUInt32BE(128); i++, at += 12) {
    if (at + 12 > profile.length) return undefined;
    const [offset, size] = [profile.readUInt32BE(at + 4), profile.readUInt32BE(at + 8)];
    if (offset + size > profile.length) return undefined;
    tags.set(profile.toString('latin1', at, at + 4), profile.subarray(offset, offset + size));
  }
  return tags;
}

/** Whether a curve gives the light of sRGB at a tenth, at half and at nine tenths of full. */
function isSrgbCurve(curve: Buffer | undefined): boolean {
  const light = [0.1, 0.5, 0.9].map((value) => ((value + 0.055) / 1.055) ** 2.4);
  return [0.1, 0.5, 0.9].every((value, i) => Math.abs(lightOf(curve, value) - light[i]!) < 0.001);
}

/** Light, in [0, 1], of a sampled or of the usual parametric curve at `x` in [0, 1]; NaN for other curves. */
function lightOf(curve: Buffer | undefined, x: number): number {
  if (curve?.toString('latin1', 0, 4) === 'para' && curve.length >= 32 && curve.readUInt16BE(8) === 3) {
    const [g, a, b, c, d] = [12, 16, 20, 24, 28].map((at) => numberAt(curve, at)) as [number, number, number, number, number];
    return x >= d ? (a * x + b) ** g : c * x;
  }
  if (curve?.toString('latin1', 0, 4) !== 'curv' || curve.length < 12) return Number.NaN;
  const last = curve.readUInt32BE(8) - 1;
  if (last < 1 || curve.length < 14 + 2 * last) return Number.NaN;
  const below = Math.floor(x * last);
  const [low, high] = [curve.readUInt16BE(12 + 2 * below), curve.readUInt16BE(14 + 2 * below)];
  return (low + (high - low) * (x * last - below)) / 65535;
}

/** A number with 16 bits behind the point; NaN outside the tag. */
function numberAt(tag: Buffer | undefined, at: number): number {
  return tag !== undefined && at + 4 <= tag.length ? tag.readInt32BE(at) / 65536 : Number.NaN;
}
