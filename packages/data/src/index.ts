import { definePlugin } from '@viewforge/core';
import { classBalanced } from './class-balanced.ts';
import { imageFolder } from './image-folder.ts';
import { manifest } from './manifest.ts';
import { sequential } from './sequential.ts';
import { shuffled } from './shuffled.ts';

export { type ItemDomain, type MemoryFacts, memorySource } from './memory-source.ts';
export { classBalanced, imageFolder, manifest, sequential, shuffled };

/** Sources of images and the orders in which they are taken. */
export const plugin = definePlugin({
  name: 'data',
  requires: '^0.1.0',
  module: import.meta.url,
  provides: [classBalanced, imageFolder, manifest, sequential, shuffled],
});
