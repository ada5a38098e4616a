/** What a cluster is started with, from the command line or from the desktop app. */
import { parseArgs } from 'node:util'

export interface ClusterOptions {
  /** Data folder. */
  home: string
  runtime: 'docker' | 'hollow'
  /** So many nodes at least, when the cluster starts; more can be added as LocalNodes. */
  nodes: number
  /** First port to try for the API server; 0: any. */
  port: number
  /** First port to try for the headless dashboard; 0: any. */
  dashboardPort: number
  /** Where built-in images' sources, icons and generated schemas are. */
  resources: string
  /** The built renderer. */
  renderer: string
  /** A file of kind Policy of audit.k8s.io/v1; absent: the data folder's, if there is one. */
  auditPolicy?: string
}

export interface CommandLine extends Partial<Omit<ClusterOptions, 'resources' | 'renderer'>> {
  reset: boolean
  /** Not a start: the state is saved to a file, or restored from one. */
  snapshot?: { readonly action: 'save' | 'restore'; readonly file: string }
}

/** A sentence for whoever typed the command. */
export class UsageError extends Error {}

const whole = (name: string, text: string | undefined, least: number, most: number): number | undefined => {
  if (text === undefined) return undefined
  const n = Number(text)
  if (!/^\d+$/.test(text) || n < least || n > most) throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`)
  return n
}

/** `snapshot save FILE`, with no other option than the folder. */
function snapshotOf([command, action, file, ...more]: readonly string[], given: readonly string[]): CommandLine['snapshot'] {
  if (command === undefined) return undefined
  if (command !== 'snapshot') throw new UsageError(`There is no command ${JSON.stringify(command)}.`)
  if ((action !== 'save' && action !== 'restore') || !file || more.length) throw new UsageError('snapshot takes save or restore, and one file: snapshot save FILE, or snapshot restore FILE.')
  const other = given.find((option) => option !== 'home')
  if (other !== undefined) throw new UsageError(`snapshot ${action} takes --home and no other option, not --${other}.`)
  return { action, file }
}

/** Reads the arguments of `npm start -- …`; throws UsageError. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let values
  let positionals
  try {
    ({ values, positionals } = parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        headless: { type: 'boolean' }, reset: { type: 'boolean' }, home: { type: 'string' }, port: { type: 'string' },
        'dashboard-port': { type: 'string' }, runtime: { type: 'string' }, nodes: { type: 'string' }, 'audit-policy': { type: 'string' },
      },
    }))
  } catch (e) {
    throw new UsageError((e as Error).message)
  }
  if (values.runtime !== undefined && values.runtime !== 'docker' && values.runtime !== 'hollow') throw new UsageError(`--runtime is docker or hollow, not ${JSON.stringify(values.runtime)}.`)
  if (values.home === '') throw new UsageError('--home takes a folder.')
  if (values['audit-policy'] === '') throw new UsageError('--audit-policy takes a file.')
  const port = whole('port', values.port, 0, 65535)
  const dashboardPort = whole('dashboard-port', values['dashboard-port'], 0, 65535)
  const nodes = whole('nodes', values.nodes, 1, 5000)
  const snapshot = snapshotOf(positionals, Object.keys(values))
  return {
    reset: values.reset ?? false,
    ...(snapshot ? { snapshot } : {}),
    ...(values.home === undefined ? {} : { home: values.home }),
    ...(values.runtime === undefined ? {} : { runtime: values.runtime }),
    ...(port === undefined ? {} : { port }),
    ...(dashboardPort === undefined ? {} : { dashboardPort }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(values['audit-policy'] === undefined ? {} : { auditPolicy: values['audit-policy'] }),
  }
}

/** Our options among a command line that also carries Electron's own switches and the app's folder. */
export function ownArguments(argv: readonly string[]): string[] {
  const mine: string[] = []
  for (let i = 1; i < argv.length; i++) {
    const match = /^--(home|port|dashboard-port|runtime|nodes|audit-policy)(=.*)?$/s.exec(argv[i] ?? '')
    if (!match) continue
    mine.push(match[0])
    const value = argv[i + 1]
    if (match[2] === undefined && value !== undefined) {
      mine.push(value)
      i++
    }
  }
  return mine
}
