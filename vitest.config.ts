import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['viewforge-source'] },
  ssr: { resolve: { conditions: ['viewforge-source', 'node', 'import', 'module', 'default'] } },
  test: {
    pool: 'forks',
    include: ['docs/examples/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'plugins/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000, // generous: a shared machine may stand still for a while
    hookTimeout: 120_000,
    typecheck: { enabled: false },
  },
});
