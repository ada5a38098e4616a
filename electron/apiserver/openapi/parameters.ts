/** The parameters of requests, and where each is taken. */
import type { Json } from './components.ts'

type Version = 'v2' | 'v3'

const TEXTS: Readonly<Record<string, readonly [type: 'string' | 'boolean' | 'integer', description: string]>> = {
  // Of every request.
  pretty: ['string', 'Print the answer for people to read.'],
  // Of writes.
  dryRun: ['string', 'Do everything but store the result. The only value is All.'],
  fieldManager: ['string', 'Name of the program that makes this change, for field ownership: at most 128 printable characters. Apply patches need it.'],
  fieldValidation: ['string', 'What happens to unknown and duplicate fields: Ignore drops them, Warn drops them and says so, which is the default, Strict refuses the request.'],
  force: ['boolean', 'Take over fields that other managers own. Only for apply patches.'],
  // Of lists and watches.
  allowWatchBookmarks: ['boolean', 'Send bookmark events, which say how far a watch is.'],
  continue: ['string', 'Token of the previous page.'],
  fieldSelector: ['string', 'Select objects by their fields.'],
  labelSelector: ['string', 'Select objects by their labels.'],
  limit: ['integer', 'Largest number of objects in one answer.'],
  resourceVersion: ['string', 'From which version to read.'],
  resourceVersionMatch: ['string', 'How resourceVersion is applied to a list: Exact or NotOlderThan.'],
  sendInitialEvents: ['boolean', 'Begin a watch with the objects that exist, and a bookmark behind them.'],
  timeoutSeconds: ['integer', 'How long the call may take.'],
  watch: ['boolean', 'Stream changes.'],
  // Of deletions.
  gracePeriodSeconds: ['integer', 'Seconds before the object is deleted; 0 is at once. Absent: what is usual for the kind.'],
  ignoreStoreReadErrorWithClusterBreakingPotential: ['boolean', 'Delete an object that the store can no longer read.'],
  orphanDependents: ['boolean', 'Deprecated: use propagationPolicy. Whether dependents are left alone.'],
  propagationPolicy: ['string', 'What happens to dependents: Orphan, Background or Foreground.'],
  // Of streams.
  command: ['string', 'The command to run, and its arguments: one parameter each.'],
  container: ['string', 'The container, where the pod has several.'],
  stderr: ['boolean', 'Send standard error.'],
  stdin: ['boolean', 'Take standard input.'],
  stdout: ['boolean', 'Send standard output.'],
  tty: ['boolean', 'Use a terminal.'],
  ports: ['integer', 'The ports to forward.'],
  path: ['string', 'The path behind the proxy.'],
  follow: ['boolean', 'Go on with what is written from now on.'],
  insecureSkipTLSVerifyBackend: ['boolean', "Do not check the node's certificate."],
  limitBytes: ['integer', 'Largest number of bytes.'],
  previous: ['boolean', 'Of the container that ran before.'],
  sinceSeconds: ['integer', 'Only lines of so many seconds past.'],
  sinceTime: ['string', 'Only lines since this moment.'],
  stream: ['string', 'Which stream: All, Stdout or Stderr.'],
  tailLines: ['integer', 'So many lines from the end.'],
  timestamps: ['boolean', 'Put the time before each line.'],
}

export const LIST = ['allowWatchBookmarks', 'continue', 'fieldSelector', 'labelSelector', 'limit', 'resourceVersion', 'resourceVersionMatch', 'sendInitialEvents', 'timeoutSeconds', 'watch']
export const WRITE = ['dryRun', 'fieldManager', 'fieldValidation']
export const APPLY = [...WRITE, 'force']
export const DELETE = ['dryRun', 'gracePeriodSeconds', 'ignoreStoreReadErrorWithClusterBreakingPotential', 'orphanDependents', 'propagationPolicy']
export const DELETE_ALL = [...new Set([...DELETE, ...LIST.filter((p) => p !== 'watch' && p !== 'allowWatchBookmarks')])].sort()

const schemaOf = (type: string, version: Version): Json => (version === 'v3' ? { schema: { type, uniqueItems: true } } : { type, uniqueItems: true })

/** @throws Error for a name without a text */
export function queryParameter(name: string, version: Version): Json {
  const text = TEXTS[name]
  if (!text) throw new Error(`no text for the parameter ${name}`)
  return { name, in: 'query', description: text[1], ...schemaOf(text[0], version) }
}
export const pathParameter = (name: string, description: string, version: Version): Json => ({ name, in: 'path', required: true, description, ...schemaOf('string', version) })
