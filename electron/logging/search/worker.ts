/**
 * The thread that searches, and seals: reads, unpacks, matches and packs where it holds nobody up. Jobs take turns, a block each; it has
 * no state but the jobs in work, so that it can be ended at any time and begun anew.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { freeJob, PULSE_COUNT, PULSE_JOB, type Found, type FromThread, type ToThread } from './jobs.ts'
import { runJob } from './run.ts'

/** What is found is told this often at most, and the first lines at once; so many lines too, since with what the other thread has they may be enough. */
const TELL_MS = 40
const TELL_LINES = 32
/** And how far a search is that has found nothing: lines that the other thread has found wait for that. */
const TELL_EDGE_MS = 4

const port = parentPort
if (!port) throw new Error('this is the searching thread of the log store')
const pulse = new Int32Array(workerData as SharedArrayBuffer)

interface Running {
  readonly steps: ReturnType<typeof runJob>
  held: Found | undefined
  told: number
  /** Whether lines have been told. */
  lines: boolean
  /** Frees what came with it. */
  end(): void
}
const jobs = new Map<number, Running>()
let turning = false

// A block's bytes are handed over, not copied.
const say = (message: FromThread): void => port.postMessage(message, message.type === 'found' && message.found.kind === 'seal' ? [message.found.bytes.buffer] : [])

/** What waited and what came, as one. */
function joined(held: Found | undefined, found: Found): Found {
  return held?.kind === 'search' && found.kind === 'search' ? { ...found, entries: [...held.entries, ...found.entries] } : found
}

const linesOf = (found: Found): number => (found.kind === 'search' ? found.entries.length : 0)

async function turn(): Promise<void> {
  turning = true
  while (jobs.size) {
    for (const [id, job] of jobs) {
      Atomics.store(pulse, PULSE_JOB, id)
      Atomics.add(pulse, PULSE_COUNT, 1)
      try {
        const { value, done } = job.steps.next()
        if (value) job.held = joined(job.held, value)
        const now = performance.now()
        if (done) {
          jobs.delete(id)
          job.end()
          say({ type: 'found', id, found: job.held as Found, end: true })
        } else if (job.held && (now - job.told >= (job.lines || job.held.kind !== 'search' ? TELL_MS : TELL_EDGE_MS) || linesOf(job.held) >= (job.lines ? TELL_LINES : 1))) {
          job.lines ||= linesOf(job.held) > 0
          say({ type: 'found', id, found: job.held, end: false })
          job.held = undefined
          job.told = now
        }
      } catch (e) {
        jobs.delete(id)
        say({ type: 'failed', id, message: e instanceof Error ? e.message : String(e) })
      }
      // Cancels and new jobs come in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  Atomics.store(pulse, PULSE_JOB, 0)
  turning = false
}

port.on('message', (message: ToThread) => {
  if (message.type === 'cancel') {
    const job = jobs.get(message.id)
    jobs.delete(message.id)
    job?.steps.return(undefined as never)
    job?.end()
    return
  }
  jobs.set(message.id, { steps: runJob(message.job), held: undefined, told: -Infinity, lines: false, end: () => freeJob(message.job) })
  if (!turning) void turn()
})
