import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      // Unit tests stand beside their file, need nothing but Node and finish in seconds.
      { test: { name: 'unit', include: ['{electron,shared,renderer,scripts}/**/*.test.{ts,tsx}', 'test/conformance/*.test.ts'], testTimeout: 20_000, environment: 'node' } },
      // Integration tests span rooms: a real engine, real kubectl, real files; objects that leave the pipeline are frozen.
      { test: { name: 'integration', env: { PILOTHOUSE_FREEZE: '1' }, include: ['test/integration/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, fileParallelism: false, globalSetup: ['test/integration/setup.ts'] } },
      // Behaviours that define Kubernetes, against one shared app; those of `.serial.test.ts` disturb others and have one to themselves.
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], exclude: ['**/*.serial.test.ts', 'test/conformance/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000, maxWorkers: 3, isolate: false, globalSetup: ['test/conformance/setup.ts'] } },
      { test: { name: 'conformance-serial', include: ['test/conformance/**/*.serial.test.ts'], testTimeout: 300_000, hookTimeout: 120_000, fileParallelism: false, isolate: false, globalSetup: ['test/conformance/setup.ts'] } },
      // Long tests break things on purpose and for minutes: kills, engines that go away, churn. `npm run test:long`.
      { test: { name: 'long', env: { PILOTHOUSE_FREEZE: '1' }, include: ['test/long/**/*.test.ts'], testTimeout: 600_000, hookTimeout: 180_000, fileParallelism: false, globalSetup: ['test/integration/setup.ts'] } },
    ],
  },
})
