/** The layout of planar floats: `count` planes of `height` rows of `width` floats, one after the other. */
export interface Planes {
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** A window on interleaved RGB bytes: `height` rows of `width` pixels of three bytes, rows `rowStride` bytes apart. */
export interface ByteRows {
  readonly bytes: Uint8Array;
  /** Index of the first byte of the window. */
  readonly offset: number;
  readonly rowStride: number;
  readonly height: number;
  readonly width: number;
}

/** The bytes of a window and nothing more: what has to be copied where the bytes are not on the kernel memory. */
export function windowBytes({ bytes, offset, rowStride, height, width }: ByteRows): Uint8Array {
  return bytes.subarray(offset, offset + (height - 1) * rowStride + width * 3);
}

/** Throws RangeError unless `array` holds the planes exactly. */
export function checkPlanes(where: string, array: Float32Array, { count, height, width }: Planes): void {
  const expected = count * height * width;
  if (array.length !== expected || expected === 0) {
    throw new RangeError(
      `${where}: expected [${count}, ${height}, ${width}] with at least one value, got ${array.length} values`,
    );
  }
}

/** Throws RangeError unless the window lies inside its bytes and holds at least one pixel. */
export function checkRows(where: string, { bytes, offset, rowStride, height, width }: ByteRows): void {
  const end = offset + (height - 1) * rowStride + width * 3;
  if (!(height >= 1 && width >= 1 && offset >= 0 && rowStride >= width * 3 && end <= bytes.length)) {
    throw new RangeError(
      `${where}: expected a window inside ${bytes.length} bytes, got ${height} rows of ${width} pixels at ${offset}, ${rowStride} bytes apart`,
    );
  }
}

/** Kernels take three planes at a time: the first one and the distance, in planes, to the next two. */
export interface PlaneGroup {
  readonly first: number;
  /** 1 for three planes side by side; 0 for one plane that is treated as red, green and blue at once. */
  readonly step: 0 | 1;
}

/** All planes of an image in groups: RGB together, every other number of planes one by one. */
export function planeGroups(count: number): readonly PlaneGroup[] {
  return count === 3 ? [{ first: 0, step: 1 }] : Array.from({ length: count }, (_, first) => ({ first, step: 0 }));
}
