/** Memory and CPU of the headless process with an empty cluster that nobody looks at. Linux only: read from /proc. */
import { readFileSync } from 'node:fs'
import { App } from '../integration/app.ts'
import type { Figure } from './figures.ts'

const SETTLE = 30_000
const WINDOW = 60_000
/** Clock ticks a second (USER_HZ), fixed at 100 on Linux. */
const TICKS = 100

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const residentMiB = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

export async function idle(): Promise<Figure[]> {
  const app = await App.start()
  try {
    const pid = app.process.pid as number
    await wait(SETTLE)
    const began = cpuSeconds(pid)
    await wait(WINDOW)
    const cpu = ((cpuSeconds(pid) - began) / (WINDOW / 1000)) * 100
    return [
      { name: 'resident memory, idle, empty cluster', value: residentMiB(pid), unit: 'MiB', aim: '< 120' },
      { name: 'CPU, idle, of one core', value: cpu, unit: '%', aim: '< 0.5' },
    ]
  } finally {
    await app.dispose()
  }
}
