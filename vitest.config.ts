import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['viewforge-source'] },
  ssr: { resolve: { conditions: ['viewforge-source', 'node', 'import', 'module', 'default'] } },
  test: {
    pool: 'forks',
    include: ['docs/examples/**/*.test.ts', 'packages/*/src/**/*.test.ts', 'plugins/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    typecheck: { enabled: false },
  },
});
