/** The ways the two halves are rotated, cycling over eight rounds. */
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
/** Parity constant of the key schedule. */
const parity = 0x1bd11bda;

/**
 * Threefry2x32 with 20 rounds: encrypts the counter (c0, c1) under the key (k0, k1) and writes two words into `out`.
 * All words are unsigned 32-bit. From Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 */
export function threefry2x32(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const key = [k0 | 0, k1 | 0, parity ^ k0 ^ k1] as const;
  let x0 = (c0 + key[0]) | 0;
  let x1 = (c1 + key[1]) | 0;
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4;
    for (let round = first; round < first + 4; round++) {
      const turn = rotations[round]!;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << turn) | (x1 >>> (32 - turn))) ^ x0;
    }
    x0 = (x0 + key[(group + 1) % 3]!) | 0;
    x1 = (x1 + key[(group + 2) % 3]! + group + 1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
}
