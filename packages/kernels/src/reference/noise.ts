const { fround } = Math;
const unit = 2 ** -24;

/** The twin of the kernel `uniformNoise`. */
export function uniformNoiseTwin(state: Uint32Array, to: Float32Array): void {
  const streams = openStreams(state);
  for (let i = 0; i < to.length; i++) to[i] = (streams[i % 4]!() >>> 8) * unit;
}

/** The twin of the kernel `normalNoise`: of every eight numbers the first four and the last four are the two sides of Box and Muller. */
export function normalNoiseTwin(state: Uint32Array, to: Float32Array): void {
  const streams = openStreams(state);
  for (let i = 0; i < to.length; i += 8) {
    for (const [lane, next] of streams.entries()) {
      const radius = fround(Math.sqrt(fround(-2 * logarithm(((next() >>> 8) + 1) * unit))));
      const word = next();
      const theta = fround(fround((word >>> 8) * unit - 0.5) * fround(Math.PI / 2));
      const cosine = (word & 2) === 0 ? cosineOf(theta) : -cosineOf(theta);
      const sine = sineOf(theta);
      const swaps = (word & 1) === 1;
      to[i + lane] = radius * (swaps ? sine : cosine);
      to[i + 4 + lane] = radius * (swaps ? cosine : sine);
    }
  }
}

/** Four streams of xoshiro128++; stream i has the words i, i + 4, i + 8 and i + 12 as its state. */
function openStreams(state: Uint32Array): (() => number)[] {
  return [0, 1, 2, 3].map((lane) => {
    const s = Uint32Array.from([0, 1, 2, 3], (word) => state[4 * word + lane]!) as unknown as [number, number, number, number];
    return () => {
      const result = (turned((s[0] + s[3]) | 0, 7) + s[0]) | 0;
      const shifted = s[1] << 9;
      s[2] ^= s[0];
      s[3] ^= s[1];
      s[1] ^= s[2];
      s[0] ^= s[3];
      s[2] ^= shifted;
      s[3] = turned(s[3], 11);
      return result >>> 0;
    };
  });
}

function turned(word: number, left: number): number {
  return (word << left) | (word >>> (32 - left));
}

/** Horner's rule, each product and each sum rounded to float32. */
function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((y, c) => fround(fround(fround(y) * x) + fround(c)));
}

const logarithmOf = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1,
];

function logarithm(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  const mantissa = value / 2 ** exponent;
  const isHigh = mantissa >= fround(Math.SQRT2);
  const x = fround((isHigh ? mantissa / 2 : mantissa) - 1);
  const square = fround(x * x);
  const y = polynomial(x, logarithmOf);
  const tail = fround(fround(fround(y * x) * square) - fround(square * 0.5));
  return fround(fround(x + tail) + fround((exponent + Number(isHigh)) * fround(Math.LN2)));
}

function cosineOf(theta: number): number {
  const square = fround(theta * theta);
  return polynomial(square, [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2, -0.5, 1]);
}

function sineOf(theta: number): number {
  const square = fround(theta * theta);
  const y = polynomial(square, [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1]);
  return fround(theta + fround(theta * fround(y * square)));
}
