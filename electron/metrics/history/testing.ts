/** Simulated pods that use cpu, memory, network and disk as busy ones do: noise that nothing compresses well. */
import type { Round } from './types.ts'

export function simulatedRound(time: number, containers: number, n: number): Round {
  const noise = (seed: number): number => { const x = Math.sin(seed * 12.9898 + n * 78.233) * 43758.5453; return x - Math.floor(x) }
  return {
    time,
    samples: Array.from({ length: containers }, (_, i) => ({
      leaf: { namespace: `team-${i % 7}`, pod: `service-${i % 23}-5d4f8c7b9-${(i * 7919).toString(36)}`, container: 'app', node: `pilothouse-${i % 2}`, workloads: [`Deployment/service-${i % 23}`] },
      // A third of what runs is busy, the rest nearly idle.
      values: i % 3 === 0
        ? [50 + 400 * noise(i), (200 + 40 * noise(i + 0.1)) * 2 ** 20, 90_000 * noise(i + 0.2), 60_000 * noise(i + 0.3), 4096 * Math.floor(3 * noise(i + 0.4)), 20_000 * noise(i + 0.5), noise(i + 0.6) > 0.999 ? 1 : 0]
        : [1 + noise(i), 30 * 2 ** 20 + 4096 * Math.floor(4 * noise(i + 0.1)), noise(i + 0.2) > 0.9 ? 300 : 0, 0, 0, 0, 0],
    })),
  }
}
