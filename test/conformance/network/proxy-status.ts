/** The status of an answer, whichever it is: for requests that may fail. */
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { parse } from 'yaml'
import { ready } from '../cluster.ts'

interface Kubeconfig { clusters: { cluster: Record<string, string> }[]; users: { user: Record<string, string> }[] }

export function status(method: string, path: string): Promise<number> {
  const config = parse(readFileSync(ready().kubeconfig, 'utf8')) as Kubeconfig
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64')
  const user = config.users[0]?.user ?? {}
  return new Promise((resolve, reject) => {
    https.request(`${ready().apiServer}${path}`, { method, ca: bytes(config.clusters[0]?.cluster['certificate-authority-data']), cert: bytes(user['client-certificate-data']), key: bytes(user['client-key-data']) }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    }).on('error', reject).end()
  })
}
