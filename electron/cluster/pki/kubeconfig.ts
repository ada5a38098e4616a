/** Writes the file through which kubectl, helm and every other client finds the cluster. */
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { stringify } from 'yaml'

export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string
  readonly caPem: string
  readonly certPem: string
  readonly keyPem: string
}

const NAME = 'pilothouse'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** The text of a kubeconfig whose cluster, user and context are named `pilothouse`. */
export const kubeconfig = ({ server, caPem, certPem, keyPem }: KubeconfigOptions): string => stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: NAME, cluster: { server, 'certificate-authority-data': base64(caPem) } }],
  users: [{ name: NAME, user: { 'client-certificate-data': base64(certPem), 'client-key-data': base64(keyPem) } }],
  contexts: [{ name: NAME, context: { cluster: NAME, user: NAME, namespace: 'default' } }],
  'current-context': NAME,
  preferences: {},
}, { lineWidth: 0 })

/** Whole or not at all, mode 0600: it holds the administrator's key. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.tmp`
  await writeFile(temporary, kubeconfig(options), { mode: 0o600 })
  await chmod(temporary, 0o600)
  await rename(temporary, path)
}
