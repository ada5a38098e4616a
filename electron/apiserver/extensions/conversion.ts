/**
 * Conversion of custom resources between versions by a webhook. Source: Kubernetes documentation, "Versions in
 * CustomResourceDefinitions: webhook conversion".
 */
import { randomUUID } from 'node:crypto'
import type { KubeObject } from '../../../shared/api/meta.ts'
import type { CustomResourceDefinition } from '../../../shared/api/types.ts'
import { internalError } from '../../../shared/errors.ts'
import { parseJson } from '../../../shared/numbers.ts'
import { send } from '../connect/post.ts'
import type { Reach } from '../connect/reach.ts'
import { ConversionError, convertedObjects } from './conversion-answer.ts'

/** Of one call: many objects at once. */
const CHUNK = 500
const TIMEOUT_MS = 30_000

/** Objects in another version, in their order. Rejects with InternalError. */
export type Convert = (objects: readonly KubeObject[], apiVersion: string) => Promise<KubeObject[]>

/** undefined: versions differ in their name alone. */
export function converterOf(definition: CustomResourceDefinition, reach: Reach): Convert | undefined {
  const { conversion } = definition.spec
  const client = conversion?.strategy === 'Webhook' ? conversion.webhook?.clientConfig : undefined
  if (!client) return undefined
  // The first that both sides know; validation sees to it that there is one.
  const spoken = conversion?.webhook?.conversionReviewVersions.find((v) => v === 'v1' || v === 'v1beta1') ?? 'v1'
  const ca = client.caBundle ? { ca: Buffer.from(client.caBundle, 'base64').toString('utf8') } : {}
  const url = client.url ? new URL(client.url) : undefined
  const { name = '', namespace = '', port = 443, path = '/' } = client.service ?? {}
  const to = url ? { host: url.hostname, port: Number(url.port) || 443, path: url.pathname, ...ca } : { host: `${name}.${namespace}.svc`, port, path, ...ca, open: () => reach.service(namespace, name, port) }
  const address = `${url ? url.href : `https://${to.host}:${port}${path}`}?timeout=${TIMEOUT_MS / 1000}s`
  const ask = async (objects: readonly KubeObject[], apiVersion: string): Promise<KubeObject[]> => {
    const uid = randomUUID()
    const body = JSON.stringify({ kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${spoken}`, request: { uid, desiredAPIVersion: apiVersion, objects } })
    const failed = (why: string): Error => internalError(new Error(`conversion webhook for ${objects[0]?.apiVersion}, Kind=${objects[0]?.kind} ${why}`))
    const answer = await send(to, 'POST', body, { 'content-type': 'application/json', accept: 'application/json' }, TIMEOUT_MS).catch((error: unknown) => {
      throw failed(`failed: Post ${JSON.stringify(address)}: ${error instanceof Error ? error.message : String(error)}`)
    })
    if (answer.status < 200 || answer.status > 299) throw failed(`failed: the server rejected our request for an unknown reason: status ${answer.status}`)
    try {
      return convertedObjects(parseJson(answer.body.toString('utf8')), uid, spoken, objects, apiVersion)
    } catch (error) {
      throw failed(error instanceof ConversionError ? error.message : `failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return async (objects, apiVersion) => {
    const out: KubeObject[] = []
    for (let i = 0; i < objects.length; i += CHUNK) out.push(...(await ask(objects.slice(i, i + CHUNK), apiVersion)))
    return out
  }
}
