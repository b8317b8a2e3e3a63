import { createRequire } from 'node:module';
import { apiVersion } from '@viewforge/core';

/** Versions of what decides the bytes of views: Viewforge, its contracts and Node. */
export function versions(): Readonly<Record<string, string>> {
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  return { viewforge: version, core: apiVersion, node: process.versions.node };
}
