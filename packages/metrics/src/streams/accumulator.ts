/**
 * Takes in a stream piece by piece and says at any time what a metric of all of it is: I is a piece, S what is kept, R the
 * result. However the stream is cut, and whichever accumulators saw its parts, the result is the same up to the rounding of
 * sums.
 */
export interface Accumulator<I, S, R> {
  /** In place: takes in one more piece. */
  add(input: I): void;
  /** In place: takes in all that another accumulator with the same options has seen. */
  merge(other: { state(): S }): void;
  /** What is kept, as data that `structuredClone` copies; not to be changed. */
  state(): S;
  /** The metric of everything so far. */
  result(): R;
}
