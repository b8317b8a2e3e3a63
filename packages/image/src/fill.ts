/** What takes the place of pixels that are not there: one intensity for all channels, or one a channel. */
export type Fill = number | readonly number[];

/** One value a channel. Throws RangeError where there are more or fewer. */
export function channelsOf(where: string, fill: Fill, channels: number): readonly number[] {
  const each = typeof fill === 'number' ? Array.from({ length: channels }, () => fill) : fill;
  if (each.length === channels) return each;
  throw new RangeError(`${where}: expected 1 or ${channels} values to fill with, got ${each.length}`);
}

/** The fill of a warp as kernels take it: left out where there is none. */
export function fillOf(where: string, fill: Fill | undefined, channels: number): { readonly fill?: readonly number[] } {
  return fill === undefined ? {} : { fill: channelsOf(where, fill, channels) };
}
