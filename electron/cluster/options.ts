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
}

export interface CommandLine extends Partial<Omit<ClusterOptions, 'resources' | 'renderer'>> {
  reset: boolean
}

/** A sentence for whoever typed the command. */
export class UsageError extends Error {}

const whole = (name: string, text: string | undefined, least: number, most: number): number | undefined => {
  if (text === undefined) return undefined
  const n = Number(text)
  if (!/^\d+$/.test(text) || n < least || n > most) throw new UsageError(`--${name} takes a whole number from ${least} to ${most}, not ${JSON.stringify(text)}.`)
  return n
}

/** Reads the arguments of `npm start -- …`; throws UsageError. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        headless: { type: 'boolean' }, reset: { type: 'boolean' }, home: { type: 'string' }, port: { type: 'string' },
        'dashboard-port': { type: 'string' }, runtime: { type: 'string' }, nodes: { type: 'string' },
      },
    }).values
  } catch (e) {
    throw new UsageError((e as Error).message)
  }
  if (values.runtime !== undefined && values.runtime !== 'docker' && values.runtime !== 'hollow') throw new UsageError(`--runtime is docker or hollow, not ${JSON.stringify(values.runtime)}.`)
  if (values.home === '') throw new UsageError('--home takes a folder.')
  const port = whole('port', values.port, 0, 65535)
  const dashboardPort = whole('dashboard-port', values['dashboard-port'], 0, 65535)
  const nodes = whole('nodes', values.nodes, 1, 5000)
  return {
    reset: values.reset ?? false,
    ...(values.home === undefined ? {} : { home: values.home }),
    ...(values.runtime === undefined ? {} : { runtime: values.runtime }),
    ...(port === undefined ? {} : { port }),
    ...(dashboardPort === undefined ? {} : { dashboardPort }),
    ...(nodes === undefined ? {} : { nodes }),
  }
}

/** Our options among a command line that also carries Electron's own switches and the app's folder. */
export function ownArguments(argv: readonly string[]): string[] {
  const mine: string[] = []
  for (let i = 1; i < argv.length; i++) {
    const match = /^--(home|port|dashboard-port|runtime|nodes)(=.*)?$/s.exec(argv[i] ?? '')
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
