/**
 * The one folder that holds a cluster: store, keys, kubeconfig, pod volumes, logs, settings. Everything below it is ours;
 * nothing outside it is. The folder and its secrets are for their owner alone.
 */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export interface DataDirectory {
  readonly root: string
  readonly etcd: string
  readonly pki: string
  readonly kubeconfig: string
  readonly kubelet: string
  readonly logs: string
  /** The history of what pods used. */
  readonly metrics: string
  /** Where logs are forwarded to, with secrets, and how far that is. */
  readonly shipping: string
  /** Who asked the API server for what. */
  readonly audit: string
  /** What is written there, if the user has put a policy here. */
  readonly auditPolicy: string
  /** Persistent volumes of the default class. */
  readonly volumes: string
  /** What the window's Chromium keeps: caches, the page's own preferences. */
  readonly chromium: string
  readonly settings: string
  /** Silences of alerts. */
  readonly alerts: string
  /** The plan of the cluster's network. */
  readonly network: string
  /** Names this cluster's things on the engine: eight hexadecimal digits, made once. */
  readonly clusterId: string
}

/** Where the data is when nothing else is said: `PILOTHOUSE_HOME`, else the platform's usual place. */
export function defaultHome(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['PILOTHOUSE_HOME']) return resolve(env['PILOTHOUSE_HOME'])
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Pilothouse')
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Pilothouse')
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Pilothouse')
}

const MARKER = 'cluster-id'
/** Says which folders were made for the cluster: the topmost one's path. Absent where the folder was there before. */
const MADE = 'made-folder'

/** The names of what Pilothouse puts into its folder; `reset` removes these and touches nothing else there. */
export const CONTENTS = ['etcd', 'etcd.new', 'pki', 'kubeconfig', 'kubelet', 'logs', 'shipping', 'metrics', 'audit', 'audit-policy.yaml', 'volumes', 'settings.json', 'alerts.json', 'network.json', 'window.json', 'chromium', MADE, MARKER] as const

/** The states that restores have replaced and kept, in order of time. */
export const keptStates = (root: string): string[] => readdirSync(root).filter((name) => name.startsWith('etcd.before-restore-')).sort()

function paths(root: string, clusterId: string): DataDirectory {
  return {
    root,
    etcd: join(root, 'etcd'),
    pki: join(root, 'pki'),
    kubeconfig: join(root, 'kubeconfig'),
    kubelet: join(root, 'kubelet'),
    logs: join(root, 'logs'),
    metrics: join(root, 'metrics'),
    shipping: join(root, 'shipping'),
    audit: join(root, 'audit'),
    auditPolicy: join(root, 'audit-policy.yaml'),
    volumes: join(root, 'volumes'),
    chromium: join(root, 'chromium'),
    settings: join(root, 'settings.json'),
    alerts: join(root, 'alerts.json'),
    network: join(root, 'network.json'),
    clusterId,
  }
}

/** Reads what is there without making anything; undefined when the folder was never Pilothouse's. */
export function findDataDirectory(home: string): DataDirectory | undefined {
  const root = resolve(home)
  const marker = join(root, MARKER)
  if (!existsSync(marker)) return undefined
  const id = readFileSync(marker, 'utf8').trim()
  if (!/^[0-9a-f]{8}$/.test(id)) throw new Error(`${marker} does not hold a cluster id; remove the file or choose another folder with --home.`)
  return paths(root, id)
}

/**
 * Makes the folder on first use. A folder that holds other things already is refused, so that a mistyped `--home` cannot
 * scatter files in a folder of the user's.
 */
export function openDataDirectory(home: string): DataDirectory {
  const found = findDataDirectory(home)
  const root = resolve(home)
  if (found) return found
  if (existsSync(root) && !statSync(root).isDirectory()) throw new Error(`${root} is a file; choose a folder with --home.`)
  const made = mkdirSync(root, { recursive: true, mode: 0o700 })
  if (made !== undefined) writeFileSync(join(root, MADE), `${made}\n`, { mode: 0o600 })
  const strangers = readdirSync(root).filter((name) => !CONTENTS.includes(name as (typeof CONTENTS)[number]))
  if (strangers.length) throw new Error(`${root} holds other files (${strangers.slice(0, 3).join(', ')}); choose an empty or new folder with --home.`)
  if (process.platform !== 'win32') chmodSync(root, 0o700)
  const id = randomBytes(4).toString('hex')
  writeFileSync(join(root, MARKER), `${id}\n`, { mode: 0o600 })
  return paths(root, id)
}

/** The folders that were made for the cluster, innermost first; none where the folder was there before, or has been moved since. */
export function madeFolders(root: string): string[] {
  const file = join(root, MADE)
  const top = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
  if (top === '') return []
  const folders: string[] = []
  for (let at = root; ; at = dirname(at)) {
    folders.push(at)
    if (at === top) return folders
    if (at === dirname(at)) return []
  }
}
