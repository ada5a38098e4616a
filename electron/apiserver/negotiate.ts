/**
 * What the caller accepts: JSON, YAML or Kubernetes' protobuf, and objects as they are, as Table or as PartialObjectMetadata
 * (`as=`, `v=`, `g=`). What the API finds is plain data in one of these forms; the door writes it down (mediaOf).
 */
import { failure, notAcceptable, type StatusError } from '../../shared/errors.ts'

export type Media = 'json' | 'yaml' | 'protobuf'
export type Form = { readonly media: Media } & (
  | { readonly as: 'object' }
  | { readonly as: 'table'; readonly version: 'v1' | 'v1beta1' }
  /** `list`: asked for as PartialObjectMetadataList. */
  | { readonly as: 'partial'; readonly version: 'v1' | 'v1beta1'; readonly list: boolean }
  /** APIGroupDiscoveryList. */
  | { readonly as: 'discovery'; readonly version: 'v2' | 'v2beta1' }
)

export interface MediaRange {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

const OBJECT: Form = { as: 'object', media: 'json' }
const MEDIA: Readonly<Record<string, Media>> = { 'application/json': 'json', '*/*': 'json', 'application/*': 'json', 'application/yaml': 'yaml', 'application/vnd.kubernetes.protobuf': 'protobuf' }
export const TYPES: Readonly<Record<Media, string>> = { json: 'application/json', yaml: 'application/yaml', protobuf: 'application/vnd.kubernetes.protobuf' }
export const ALL_MEDIA: readonly Media[] = ['json', 'yaml', 'protobuf']
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
  const media = MEDIA[range.type]
  if (!media) return undefined
  const { as, v, g } = range.parameters
  if (as === undefined) return media === 'json' ? OBJECT : { as: 'object', media }
  if (as === 'APIGroupDiscoveryList') return g === 'apidiscovery.k8s.io' && (v === 'v2' || v === 'v2beta1') ? { as: 'discovery', version: v, media } : undefined
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return undefined
  // Cells are of any type: protobuf has no form for them.
  if (as === 'Table') return media === 'protobuf' ? undefined : { as: 'table', version: v, media }
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { as: 'partial', version: v, media, list: as === 'PartialObjectMetadataList' } : undefined
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

/** The first accepted form among those that this endpoint has. Throws NotAcceptable, or what `refusal` makes. */
export function negotiate(accept: string | undefined, offered: readonly Form['as'][], media: readonly Media[] = ['json'], refusal: () => StatusError = () => notAcceptable(media.map((m) => TYPES[m]).join(', '))): Form {
  for (const form of acceptedForms(accept)) if (offered.includes(form.as) && media.includes(form.media)) return form
  throw refusal()
}

const WHOLE = ALL_MEDIA.map((m) => TYPES[m])
const STREAMED = [TYPES.json, TYPES.protobuf].map((type) => `${type};stream=watch`)

/**
 * What is said of an Accept that names nothing there is. A built-in kind's route looks at media types alone, and refuses in
 * its own words; what it lets through, and all that is asked of a custom resource, is refused by who writes the answer.
 */
export const refusalOf = (accept: string | undefined, custom: boolean, verb: string) => (): StatusError => {
  if (!custom && !parseAccept(accept ?? '').some(({ type }) => MEDIA[type])) return failure(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${(verb === 'list' || verb === 'watch' ? [...WHOLE, ...STREAMED] : WHOLE).join(', ')}`, {})
  return notAcceptable((verb === 'watch' ? STREAMED : WHOLE).join(', '))
}

const FORM_OF_KIND: Readonly<Record<string, Form['as']>> = { Table: 'table', PartialObjectMetadata: 'partial', PartialObjectMetadataList: 'partial' }

/**
 * In which of `media` the door writes an answer of this kind: the one that the caller likes best. What nobody can negotiate
 * any more (an error to a caller who accepts nothing) is JSON.
 */
export function mediaOf(accept: string | undefined, kind: string | undefined, media: readonly Media[]): Media {
  const as = FORM_OF_KIND[kind ?? ''] ?? 'object'
  return acceptedForms(accept).find((form) => form.as === as && media.includes(form.media))?.media ?? 'json'
}
