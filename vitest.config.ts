import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that wait longer than they work, for minutes of the clock and for probes: begun first, they end while others work. */
const LONG = [/images\/builtin/, /apps\/cronjob/, /network\/service\.test/, /container_probe/, /api-machinery\/webhook/, /node\/common\/pod_resize/, /integration\/(local-nodes|services|first-light|network|kubelet)\.test/]
const rank = ({ moduleId }: TestSpecification): number => { const at = LONG.findIndex((r) => r.test(moduleId)); return at < 0 ? LONG.length : at }
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

/** Limits are for what never comes, not for slow machines. */
const PATIENT = { testTimeout: 420_000, hookTimeout: 240_000, expect: { poll: { timeout: 60_000, interval: 50 } } }

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      // Unit tests stand beside their file, need nothing but Node and finish in seconds. The files of a worker share its modules:
      // what a file changes of the process it puts back. Time limits are for what never comes, not for slow machines.
      { test: { name: 'unit', include: ['{electron,shared,renderer,scripts}/**/*.test.{ts,tsx}', 'test/conformance/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000, interval: 10 } }, setupFiles: ['test/patience.ts'], isolate: false, maxWorkers: '100%', sequence: { groupOrder: 0 } } },
      // Integration tests span rooms: a real engine, real kubectl, real files; objects that leave the pipeline are frozen. Each file has
      // a cluster of its own and looks at nothing else of the machine, so that three run side by side: most wait for containers.
      { test: { name: 'integration', env: { PILOTHOUSE_FREEZE: '1' }, include: ['test/integration/**/*.test.ts'], ...PATIENT, maxWorkers: 3, isolate: false, sequence: { groupOrder: 1 }, globalSetup: ['test/integration/setup.ts'] } },
      // What kubectl and helm print, against three shared clusters. Every case with the newest, and some with each; `npm run test:long`: all with each.
      ...[['kubectl', 'some'], ['kubectl-releases', 'all']].map(([name, releases]) => ({ test: { name, env: { KUBECTL_RELEASES: releases }, include: ['test/kubectl/**/*.test.ts'], ...PATIENT, maxWorkers: 3, maxConcurrency: 6, isolate: false, sequence: { groupOrder: 1 }, globalSetup: ['test/kubectl/setup.ts'] } })),
      // Behaviours that define Kubernetes, against one shared app; those of `.serial.test.ts` disturb others and have one to themselves.
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], exclude: ['**/*.serial.test.ts', 'test/conformance/*.test.ts'], ...PATIENT, maxWorkers: 4, isolate: false, sequence: { groupOrder: 2 }, globalSetup: ['test/conformance/setup.ts'] } },
      { test: { name: 'conformance-serial', include: ['test/conformance/**/*.serial.test.ts'], ...PATIENT, fileParallelism: false, isolate: false, sequence: { groupOrder: 3 }, globalSetup: ['test/conformance/setup.ts'] } },
      // Long tests break things on purpose and for minutes: kills, engines that go away, churn. `npm run test:long`.
      { test: { name: 'long', env: { PILOTHOUSE_FREEZE: '1' }, include: ['test/long/**/*.test.ts'], ...PATIENT, testTimeout: 600_000, fileParallelism: false, sequence: { groupOrder: 4 }, globalSetup: ['test/integration/setup.ts'] } },
    ],
  },
})
