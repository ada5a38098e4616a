/**
 * The log system by itself, in processes of its own: lines through the collector's reader into it, bytes on disk, memory, and searches
 * over what is there; beside it ripgrep over the same lines as plain text, and `docker logs | grep` over the same lines from a
 * container. `--lines 10000000` says how many; default one million.
 */
import { execFileSync, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { build } from 'vite'
import { type Figure, median } from './figures.ts'
import { QUIET, textOf } from './log-lines.ts'
import type { ManyPodsFigures } from './log-many-pods.ts'
import type { SearchFigures } from './log-searching.ts'
import type { WritingFigures } from './log-writing.ts'
import type { QUERIES } from './log-queries.ts'

async function writePlain(path: string, lines: number): Promise<number> {
  const file = createWriteStream(path)
  for (let i = 0; i < lines; i += 10_000) {
    const part = Array.from({ length: Math.min(10_000, lines - i) }, (_, k) => textOf(i + k, lines)).join('\n')
    if (!file.write(`${part}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'close')
  return file.bytesWritten
}
/** Milliseconds that a command of the shell takes, the median of so many times. One that finds nothing ends with 1. */
function timed(command: string, times: number): number {
  return median(Array.from({ length: times }, () => {
    const began = performance.now()
    execFileSync('sh', ['-c', `${command} > /dev/null || [ $? = 1 ]`], { maxBuffer: 1 << 20 })
    return performance.now() - began
  }))
}
const there = (command: string): boolean => {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
/** What a process of the scripts below measures, in the environment that `npm start` gives the app. */
async function measured<T>(script: string, ...args: string[]): Promise<T> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { MALLOC_TRIM_THRESHOLD_: '131072', ...process.env } })
  let out = ''
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`the measured process ended with ${code}`)
  return JSON.parse(out) as T
}
/** Built as the app is: from its source a process would hold a compiler, too. */
async function built(outDir: string): Promise<(name: 'writing' | 'searching' | 'many' | 'feed' | 'thread') => string> {
  const source = (path: string): string => join(import.meta.dirname, path)
  const input = { writing: source('log-writing.ts'), searching: source('log-searching.ts'), many: source('log-many-pods.ts'), feed: source('log-feed.ts'), thread: source('../../electron/logging/search/worker.ts') }
  await build({ configFile: false, logLevel: 'warn', build: { ssr: true, outDir, emptyOutDir: true, rollupOptions: { input, output: { entryFileNames: '[name].mjs' } } } })
  return (name) => join(outDir, `${name}.mjs`)
}
/** The engine gives back 150,000 lines a second at most: of more it would only take longer. */
const DOCKER_LINES = 1_000_000
/** What the same words take with `docker logs | grep`; nothing, and said, where there is no docker. */
function dockerFigures(folder: string, all: number): Figure[] {
  const lines = Math.min(all, DOCKER_LINES)
  if (!there('docker')) {
    console.log('docker logs | grep is not measured: there is no docker command')
    return []
  }
  const name = `bench-logs-${process.pid}`
  // Busybox alone, so that nothing is pulled.
  execFileSync('sh', ['-c', `tar -C ${folder} -cf - busybox | docker import - ${name} > /dev/null`])
  try {
    execFileSync('docker', ['run', '--name', name, '--network', 'none', '--log-driver', 'json-file', '-v', `${folder}/plain.log:/plain.log:ro`, name, '/busybox', 'head', '-n', String(lines), '/plain.log'], { stdio: 'ignore' })
    return [
      { name: `docker logs | grep: a rare word of ${lines} lines`, value: timed(`docker logs ${name} 2>&1 | grep zebrafish`, 1), unit: 'ms', aim: '' },
      { name: '  grep over the same as plain text', value: timed(`head -n ${lines} ${folder}/plain.log | grep zebrafish`, 3), unit: 'ms', aim: '' },
      { name: 'docker logs | grep: a regular expression', value: timed(`docker logs ${name} 2>&1 | grep -E '\\b(dead|beef|cafe)[a-f]{4}\\b'`, 1), unit: 'ms', aim: '' },
      { name: 'docker logs --tail 1000', value: timed(`docker logs --tail 1000 ${name} 2>&1`, 3), unit: 'ms', aim: '' },
    ]
  } finally {
    execFileSync('sh', ['-c', `docker rm -f ${name} > /dev/null; docker rmi -f ${name} > /dev/null`])
  }
}

export async function logs(lines = 1_000_000): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-logs-'))
  try {
    const store = join(folder, 'store')
    await mkdir(store)
    const plain = join(folder, 'plain.log')
    const raw = await writePlain(plain, lines)
    const script = await built(join(folder, 'built'))
    const f = await measured<WritingFigures>(script('writing'), store, String(lines), script('feed'), script('thread'))
    const found = await measured<SearchFigures>(script('searching'), store, script('thread'))
    await rm(store, { recursive: true })
    await mkdir(store)
    const many = await measured<ManyPodsFigures>(script('many'), store, script('thread'))
    const s = (name: keyof typeof QUERIES): { first: number; all: number } => found.searches[name] as { first: number; all: number }
    const rg = there('rg')
    if (!rg) console.log('ripgrep is not measured: there is no rg command')
    const beside = (name: string, command: string): Figure[] => (rg ? [{ name: `  ripgrep over plain text: ${name}`, value: timed(command, 5), unit: 'ms', aim: '' }] : [])
    execFileSync('sh', ['-c', `cp "$(command -v busybox)" ${folder}/busybox`])
    return [
      { name: `lines collected (${lines} lines of 41 pods, ${Math.round(raw / 1e6)} MB)`, value: lines / f.seconds, unit: '/s', aim: '≥ 100000' },
      { name: 'cores for 100,000 lines a second', value: (f.cpuSeconds / lines) * 100_000, unit: 'cores', aim: '≤ 1' },
      { name: 'memory of the log system while it collects, as fast as it can', value: f.memory * 1.048_576, unit: 'MB', aim: '< 80' },
      { name: 'memory of the log system while it is searched', value: found.memory * 1.048_576, unit: 'MB', aim: '< 80' },
      { name: 'on disk, of the raw text', value: f.bytes / raw, unit: '', aim: '≤ 0.25' },
      { name: 'a rare word, all answered', value: s('rare').all, unit: 'ms', aim: '< 300' },
      ...beside('the same', `rg zebrafish ${plain}`),
      { name: 'a word that is nowhere', value: s('absent').all, unit: 'ms', aim: '< 300' },
      { name: 'a regular expression over everything', value: s('regex').all, unit: 'ms', aim: '< 2000' },
      { name: 'its first line', value: s('regex').first, unit: 'ms', aim: '< 100' },
      ...beside('the same', `rg '\\b(dead|beef|cafe)[a-f]{4}\\b' ${plain}`),
      { name: 'one of digits alone, of which the index of words tells nothing', value: s('digits').all, unit: 'ms', aim: '< 2000' },
      { name: 'its first line', value: s('digits').first, unit: 'ms', aim: '< 100' },
      { name: 'one whose fixed text is in every line', value: s('literal').all, unit: 'ms', aim: '< 2000' },
      ...beside('the same', `rg '9[0-4]{2}ms req=f{5}' ${plain}`),
      { name: 'one that fits a line of every second block', value: s('often').all, unit: 'ms', aim: '< 2000' },
      { name: 'its first line', value: s('often').first, unit: 'ms', aim: '< 100' },
      { name: 'the newest 1,000 lines', value: s('newest').all, unit: 'ms', aim: '< 30' },
      { name: '… of a namespace', value: s('namespace').all, unit: 'ms', aim: '< 30' },
      { name: '… of a pod', value: s('pod').all, unit: 'ms', aim: '< 30' },
      { name: '… of two labels', value: s('label').all, unit: 'ms', aim: '< 30' },
      { name: '… of a level in a namespace, one line of 120', value: s('level').all, unit: 'ms', aim: '< 30' },
      { name: `… of a pod that wrote one line of 10,000 (${QUIET})`, value: s('quiet').all, unit: 'ms', aim: '< 30' },
      { name: '… of one of 200 equal pods, of a million lines', value: many.pod, unit: 'ms', aim: '< 30' },
      { name: '… of such a pod with a word that one line of five has', value: many.word, unit: 'ms', aim: '' },
      ...dockerFigures(folder, lines),
    ]
  } finally {
    await rm(folder, { recursive: true })
  }
}
