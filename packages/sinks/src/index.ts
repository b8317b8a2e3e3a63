export { type LineLog, openLineLog, readLines } from './line-log.ts';
export { decodeNpy, encodeNpy, type NpyArray, readNpy, writeNpy } from './npy.ts';
export { type NpyAppender, type NpyRows, openNpyAppender } from './npy-appender.ts';
export type { NpyData, NpyType } from './npy-header.ts';
export { digestOf, readBlocks } from './read-blocks.ts';
export { readFailure } from './file-failure.ts';
export { moveIntoPlace, removeTemporaries, writeAtomically } from './write-atomically.ts';
export { writeContactSheet, writeImage } from './write-image.ts';
export { writeJson } from './write-json.ts';
