/** Alerts: rules over what others watch already (pods, nodes, TLS Secrets) and over the cluster's own certificates. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { Node, Pod, Secret } from '../../../shared/api/types.ts'
import type { Alert, AlertState } from '../../../shared/alerts.ts'
import type { Clock, Timer } from '../../../shared/clock.ts'
import { logger } from '../../../shared/log.ts'
import type { Informer } from '../../client/types.ts'
import { createBoard } from './board.ts'
import { openAlertFile } from './file.ts'
import { judgeCertificate, judgeNode, judgePod, judgeSecret, type Judgement } from './rules.ts'

const SECRETS_MS = 1000

export interface Alerts {
  subscribe(listener: (state: AlertState) => void): () => void
  silence(request: unknown): void
  unsilence(request: unknown): void
  stop(): void
}
export interface AlertParts {
  readonly pods: Informer<Pod>
  readonly nodes: Informer<Node>
  /** By reference out of the store: nobody watches Secrets for this. */
  readonly secrets: { list(namespace?: string): readonly Secret[]; onChange(listener: () => void): () => void }
  readonly clock: Clock
  /** Where silences are kept. */
  readonly path: string
  /** The cluster's own certificates (`*.crt`). */
  readonly pki: string
  readonly notify: (alert: Alert) => void
}

export function startAlerts({ pods, nodes, secrets, clock, path, pki, notify }: AlertParts): Alerts {
  const file = openAlertFile(path)
  const board = createBoard({ clock, silences: () => file.silences, told: file.told, keep: (told) => file.keepTold(told), notify })
  const watch = <T extends KubeObject>(informer: Informer<T>, kind: string, judge: (object: T, now: number) => Judgement): (() => void) => {
    const key = (o: T): string => `${kind}/${o.metadata.namespace ?? ''}/${o.metadata.name}`
    const look = (o: T): void => board.judge(key(o), (now) => judge(o, now))
    return informer.addHandlers({ onAdd: look, onUpdate: look, onDelete: (o) => board.judge(key(o), undefined) })
  }
  const closers = [watch(pods, 'Pod', judgePod), watch(nodes, 'Node', judgeNode)]

  let seen = new Map<string, Secret>()
  const lookAtSecrets = (): void => {
    const now = new Map(secrets.list().filter((s) => s.type === 'kubernetes.io/tls').map((s) => [`Secret/${s.metadata.namespace ?? ''}/${s.metadata.name}`, s]))
    for (const key of seen.keys()) if (!now.has(key)) board.judge(key, undefined)
    // The same object is the same certificate.
    for (const [key, secret] of now) if (seen.get(key) !== secret) board.judge(key, (at) => judgeSecret(secret, at))
    seen = now
  }
  // Where many are made at once, all are looked through once.
  let later: Timer | undefined
  closers.push(secrets.onChange(() => { later ??= clock.after(SECRETS_MS, () => { later = undefined; lookAtSecrets() }) }), () => later?.cancel())
  lookAtSecrets()
  void ownCertificates(pki).then((all) => {
    for (const [name, pem] of all) board.judge(`certificate/${name}`, (now) => judgeCertificate({ apiVersion: '', kind: 'Certificate', namespace: '', name }, pem, now))
  }, (error: unknown) => logger('alerts').warning("The cluster's certificates cannot be read", { error }))

  return {
    subscribe: (listener) => board.subscribe(listener),
    silence(request) {
      file.silence(request)
      board.refresh()
    },
    unsilence(request) {
      file.unsilence(request)
      board.refresh()
    },
    stop() {
      for (const close of closers) close()
      board.stop()
    },
  }
}

async function ownCertificates(directory: string): Promise<[name: string, pem: string][]> {
  const names = (await readdir(directory)).filter((n) => n.endsWith('.crt'))
  return Promise.all(names.map(async (n): Promise<[string, string]> => [n, await readFile(join(directory, n), 'latin1')]))
}
