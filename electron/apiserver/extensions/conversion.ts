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
import { cloneJson } from '../json.ts'

/** Of one call: many objects at once. */
const CHUNK = 500
const TIMEOUT_MS = 30_000

/** Objects in another version, in their order. Rejects with InternalError. */
export type Convert = (objects: readonly KubeObject[], apiVersion: string) => Promise<KubeObject[]>

interface Review { kind?: string; response?: { uid?: string; result?: { status?: string; message?: string }; convertedObjects?: KubeObject[] } }

/** Of metadata, a webhook may change labels and annotations; everything else stays as it was. */
function checked(review: Review, uid: string, sent: readonly KubeObject[], apiVersion: string): KubeObject[] {
  const { response } = review
  if (review.kind !== 'ConversionReview' || response?.uid !== uid) throw new Error('the answer is no ConversionReview of this request')
  if (response.result?.status !== 'Success') throw new Error(response.result?.message || 'the conversion failed')
  const converted = response.convertedObjects ?? []
  if (converted.length !== sent.length) throw new Error(`${sent.length} objects were to be converted, ${converted.length} came back`)
  return converted.map((object, i) => {
    const before = sent[i] as KubeObject
    if (object.apiVersion !== apiVersion || object.kind !== before.kind || object.metadata.name !== before.metadata.name) throw new Error(`an object came back as ${object.apiVersion}, ${object.kind} ${object.metadata.name}`)
    const { labels, annotations } = object.metadata
    const { labels: _labels, annotations: _annotations, ...same } = before.metadata
    return { ...object, metadata: { ...cloneJson(same), ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) } }
  })
}

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
  const ask = async (objects: readonly KubeObject[], apiVersion: string): Promise<KubeObject[]> => {
    const uid = randomUUID()
    const body = JSON.stringify({ kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${spoken}`, request: { uid, desiredAPIVersion: apiVersion, objects } })
    try {
      const answer = await send(to, 'POST', body, { 'content-type': 'application/json', accept: 'application/json' }, TIMEOUT_MS)
      if (answer.status !== 200) throw new Error(`status ${answer.status}`)
      return checked(parseJson(answer.body.toString('utf8')) as Review, uid, objects, apiVersion)
    } catch (error) {
      throw internalError(new Error(`conversion webhook for ${objects[0]?.apiVersion}, Kind=${objects[0]?.kind} failed: ${error instanceof Error ? error.message : String(error)}`))
    }
  }
  return async (objects, apiVersion) => {
    const out: KubeObject[] = []
    for (let i = 0; i < objects.length; i += CHUNK) out.push(...(await ask(objects.slice(i, i + CHUNK), apiVersion)))
    return out
  }
}
