import { defineConfig } from '@playwright/test'

// One worker: the tests share two cores with a container engine and a Chromium.
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  workers: 1,
  retries: 0,
  // Limits are for what never comes, not for slow machines.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  outputDir: '../../test-results/e2e',
  globalSetup: './setup.ts',
  forbidOnly: true,
})
