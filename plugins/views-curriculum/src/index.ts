import { definePlugin } from '@viewforge/core';

/** The parts of this package. */
export const plugin = definePlugin({ name: 'views-curriculum', requires: '^0.1.0', module: import.meta.url, provides: [] });
