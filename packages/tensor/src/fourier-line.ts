/**
 * In place: transforms the n elements that lie `stride` apart from `start` on, X_k = sum over j of x_j exp(-2 pi i j k / n).
 * With the two arrays exchanged it is the inverse, times n.
 */
export type FourierLine = (real: Float64Array, imaginary: Float64Array, start: number, stride: number) => void;

/** Lines of lengths that were asked for, with their tables. Only speed depends on what is in here. */
const known = new Map<number, FourierLine>();
const mostKnown = 64;
/** Above this a prime factor costs more by itself than Bluestein's detour over a power of two. */
const largestRadix = 13;

/** The transform of lines of n >= 1 elements: by factors, or by Bluestein's algorithm where n has a large prime factor. */
export function fourierLine(n: number): FourierLine {
  const found = known.get(n);
  if (found !== undefined) return found;
  const radices = radicesOf(n);
  const line = radices.every((radix) => radix <= largestRadix) ? factorLine(n, radices) : chirpLine(n);
  if (known.size >= mostKnown) known.clear();
  known.set(n, line);
  return line;
}

/** Fours first, then the prime factors, ascending; their product is n. */
function radicesOf(n: number): number[] {
  const radices: number[] = [];
  let rest = n;
  for (; rest % 4 === 0; rest /= 4) radices.push(4);
  for (let prime = 2; prime * prime <= rest; prime++) for (; rest % prime === 0; rest /= prime) radices.push(prime);
  return rest > 1 ? [...radices, rest] : radices;
}

/** exp(-2 pi i j / n) for j in [0, n), as cosines and sines. */
function roots(n: number): readonly [cosines: Float64Array, sines: Float64Array] {
  const angle = (_: unknown, j: number) => (-2 * Math.PI * j) / n;
  const angles = Float64Array.from({ length: n }, angle);
  return [angles.map(Math.cos), angles.map(Math.sin)];
}

/** One stage of a mixed-radix transform: combines `radix` transforms of `size` elements each into one of radix * size. */
interface Stage {
  readonly radix: number;
  readonly size: number;
  /** exp(-2 pi i j / n) for the whole line. */
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

/** Decimation in time: reads the line in digit-reversed order, then combines ever longer transforms. */
function factorLine(n: number, radices: readonly number[]): FourierLine {
  const [cosines, sines] = roots(n);
  const order = digitReversed(radices);
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  let size = 1;
  const stages = radices.map((radix): Stage => {
    const stage = { radix, size, cosines, sines };
    size *= radix;
    return stage;
  });
  return (real, imaginary, start, stride) => {
    for (let i = 0; i < n; i++) {
      const from = start + order[i]! * stride;
      re[i] = real[from]!;
      im[i] = imaginary[from]!;
    }
    for (const stage of stages) {
      if (stage.radix === 4) combineFour(re, im, stage);
      else if (stage.radix === 2) combineTwo(re, im, stage);
      else combineOdd(re, im, stage);
    }
    for (let i = 0, to = start; i < n; i++, to += stride) {
      real[to] = re[i]!;
      imaginary[to] = im[i]!;
    }
  };
}

function digitReversed(radices: readonly number[]): Int32Array {
  let order = [0];
  for (const radix of radices) {
    const shorter = order;
    order = Array.from({ length: radix }, (_, q) => shorter.map((position) => q + radix * position)).flat();
  }
  return Int32Array.from(order);
}

function combineTwo(re: Float64Array, im: Float64Array, { size, cosines, sines }: Stage): void {
  const n = re.length;
  const step = n / (2 * size);
  for (let k = 0; k < size; k++) {
    const cosine = cosines[k * step]!;
    const sine = sines[k * step]!;
    for (let a = k; a < n; a += 2 * size) {
      const b = a + size;
      const xr = re[b]! * cosine - im[b]! * sine;
      const xi = re[b]! * sine + im[b]! * cosine;
      re[b] = re[a]! - xr;
      im[b] = im[a]! - xi;
      re[a] = re[a]! + xr;
      im[a] = im[a]! + xi;
    }
  }
}

function combineFour(re: Float64Array, im: Float64Array, { size, cosines, sines }: Stage): void {
  const n = re.length;
  const step = n / (4 * size);
  for (let k = 0; k < size; k++) {
    const at = k * step;
    const c1 = cosines[at]!;
    const c2 = cosines[2 * at]!;
    const c3 = cosines[3 * at]!;
    const s1 = sines[at]!;
    const s2 = sines[2 * at]!;
    const s3 = sines[3 * at]!;
    for (let a = k; a < n; a += 4 * size) {
      const b = a + size;
      const c = b + size;
      const d = c + size;
      const br = re[b]! * c1 - im[b]! * s1;
      const bi = re[b]! * s1 + im[b]! * c1;
      const cr = re[c]! * c2 - im[c]! * s2;
      const ci = re[c]! * s2 + im[c]! * c2;
      const dr = re[d]! * c3 - im[d]! * s3;
      const di = re[d]! * s3 + im[d]! * c3;
      const evenRe = re[a]! + cr;
      const evenIm = im[a]! + ci;
      const oddRe = re[a]! - cr;
      const oddIm = im[a]! - ci;
      re[a] = evenRe + (br + dr);
      im[a] = evenIm + (bi + di);
      re[b] = oddRe + (bi - di);
      im[b] = oddIm - (br - dr);
      re[c] = evenRe - (br + dr);
      im[c] = evenIm - (bi + di);
      re[d] = oddRe - (bi - di);
      im[d] = oddIm + (br - dr);
    }
  }
}

/** Any odd radix: terms q and radix - q are added and subtracted first, which saves half of the products. */
function combineOdd(re: Float64Array, im: Float64Array, stage: Stage): void {
  const { radix, size } = stage;
  const terms = new Float64Array(2 * (radix - 1));
  for (let k = 0; k < size; k++) {
    for (let a = k; a < re.length; a += radix * size) {
      pairTerms(re, im, stage, k, a, terms);
      combineTerms(re, im, stage, a, terms);
    }
  }
}

/** For each pair (q, radix - q) of turned elements: sum and difference, each as real and imaginary part. */
function pairTerms(re: Float64Array, im: Float64Array, stage: Stage, k: number, a: number, terms: Float64Array): void {
  const { radix, size, cosines, sines } = stage;
  const turn = (k * re.length) / (radix * size);
  for (let q = 1, t = 0; t < terms.length; q++, t += 4) {
    const low = a + q * size;
    const high = a + (radix - q) * size;
    const wl = q * turn;
    const wh = (radix - q) * turn;
    const lr = re[low]! * cosines[wl]! - im[low]! * sines[wl]!;
    const li = re[low]! * sines[wl]! + im[low]! * cosines[wl]!;
    const hr = re[high]! * cosines[wh]! - im[high]! * sines[wh]!;
    const hi = re[high]! * sines[wh]! + im[high]! * cosines[wh]!;
    terms[t] = lr + hr;
    terms[t + 1] = li + hi;
    terms[t + 2] = lr - hr;
    terms[t + 3] = li - hi;
  }
}

function combineTerms(re: Float64Array, im: Float64Array, stage: Stage, a: number, terms: Float64Array): void {
  const { radix, size, cosines, sines } = stage;
  const turn = re.length / radix;
  const xr = re[a]!;
  const xi = im[a]!;
  for (let t = 0; t < terms.length; t += 4) {
    re[a] = re[a]! + terms[t]!;
    im[a] = im[a]! + terms[t + 1]!;
  }
  for (let j = 1; 2 * j < radix; j++) {
    let er = xr;
    let ei = xi;
    let or = 0;
    let oi = 0;
    for (let t = 0, root = j; t < terms.length; t += 4, root = (root + j) % radix) {
      const cosine = cosines[root * turn]!;
      const sine = sines[root * turn]!;
      er += terms[t]! * cosine;
      ei += terms[t + 1]! * cosine;
      or -= terms[t + 3]! * sine;
      oi += terms[t + 2]! * sine;
    }
    re[a + j * size] = er + or;
    im[a + j * size] = ei + oi;
    re[a + (radix - j) * size] = er - or;
    im[a + (radix - j) * size] = ei - oi;
  }
}

/** Bluestein: j k = (j² + k² - (k - j)²) / 2 makes the transform a convolution with a chirp, done at a power of two. */
function chirpLine(n: number): FourierLine {
  const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const inner = fourierLine(m);
  const angles = Float64Array.from({ length: n }, (_, j) => (-Math.PI * ((j * j) % (2 * n))) / n);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  const [chirpRe, chirpIm] = [new Float64Array(m), new Float64Array(m)];
  for (let j = 0; j < n; j++) {
    chirpRe[j] = chirpRe[(m - j) % m] = cosines[j]! / m;
    chirpIm[j] = chirpIm[(m - j) % m] = -sines[j]! / m;
  }
  inner(chirpRe, chirpIm, 0, 1);
  const [re, im] = [new Float64Array(m), new Float64Array(m)];
  return (real, imaginary, start, stride) => {
    for (let j = 0, from = start; j < n; j++, from += stride) {
      re[j] = real[from]! * cosines[j]! - imaginary[from]! * sines[j]!;
      im[j] = real[from]! * sines[j]! + imaginary[from]! * cosines[j]!;
    }
    re.fill(0, n);
    im.fill(0, n);
    inner(re, im, 0, 1);
    for (let k = 0; k < m; k++) {
      const xr = re[k]! * chirpRe[k]! - im[k]! * chirpIm[k]!;
      im[k] = re[k]! * chirpIm[k]! + im[k]! * chirpRe[k]!;
      re[k] = xr;
    }
    inner(im, re, 0, 1);
    for (let k = 0, to = start; k < n; k++, to += stride) {
      real[to] = re[k]! * cosines[k]! - im[k]! * sines[k]!;
      imaginary[to] = re[k]! * sines[k]! + im[k]! * cosines[k]!;
    }
  };
}
