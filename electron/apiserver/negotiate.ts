/**
 * What the caller accepts. JSON always; Table and PartialObjectMetadata as forms of JSON (`as=`, `v=`, `g=`); protobuf is
 * never needed, since every client that lists it lists JSON beside it.
 */
import { notAcceptable } from '../../shared/errors.ts'

export type Form =
  | { readonly as: 'object' }
  | { readonly as: 'table'; readonly version: 'v1' | 'v1beta1' }
  | { readonly as: 'partial'; readonly version: 'v1' | 'v1beta1' }
  /** APIGroupDiscoveryList. */
  | { readonly as: 'discovery'; readonly version: 'v2' | 'v2beta1' }

export interface MediaRange {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

const OBJECT: Form = { as: 'object' }
const KNOWN_LIMIT = 256
const known = new Map<string, Form[]>()

/** The media ranges of an Accept header, best first. */
export function parseAccept(accept: string): MediaRange[] {
  return accept
    .split(',')
    .map((text, index) => {
      const [type = '', ...rest] = text.split(';').map((p) => p.trim())
      const parameters: Record<string, string> = {}
      for (const p of rest) {
        const eq = p.indexOf('=')
        if (eq > 0) parameters[p.slice(0, eq).toLowerCase()] = p.slice(eq + 1)
      }
      return { type: type.toLowerCase(), parameters, q: parameters['q'] === undefined ? 1 : Number(parameters['q']) || 0, index }
    })
    .filter((r) => r.q > 0)
    .sort((a, b) => b.q - a.q || a.index - b.index)
}

function formOf(range: MediaRange): Form | undefined {
  if (range.type !== 'application/json' && range.type !== '*/*' && range.type !== 'application/*') return undefined
  const { as, v, g } = range.parameters
  if (as === undefined) return OBJECT
  if (as === 'APIGroupDiscoveryList') return g === 'apidiscovery.k8s.io' && (v === 'v2' || v === 'v2beta1') ? { as: 'discovery', version: v } : undefined
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined
  if (as === 'Table') return { as: 'table', version: v }
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { as: 'partial', version: v } : undefined
}

/** The forms that the caller accepts, best first; empty: none that we have. */
export function acceptedForms(accept: string | undefined): readonly Form[] {
  if (accept === undefined || accept === '' || accept === 'application/json' || accept === '*/*') return [OBJECT]
  let forms = known.get(accept)
  if (!forms) {
    forms = parseAccept(accept).map(formOf).filter((f) => f !== undefined)
    if (known.size >= KNOWN_LIMIT) known.clear()
    known.set(accept, forms)
  }
  return forms
}

/** The first accepted form among those that this endpoint has. Throws NotAcceptable. */
export function negotiate(accept: string | undefined, offered: readonly Form['as'][]): Form {
  for (const form of acceptedForms(accept)) if (offered.includes(form.as)) return form
  throw notAcceptable('application/json')
}
