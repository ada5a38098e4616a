/**
 * Where messages find what a CustomResourceDefinition says of its versions. What all of them say alike, upstream knows once, at the top of the
 * definition's internal form, and its paths are of that form. Source: apiextensions' conversion of v1.
 */
import type { CustomResourceDefinition } from '../../../../shared/api/types.ts'
import { equal } from './common.ts'

export type Version = CustomResourceDefinition['spec']['versions'][number]
export type Part = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields'

/** All versions say the same of it, be it nothing. */
export const isAlike = (versions: readonly Version[], part: Part): boolean => versions.every((v) => equal(v[part] ?? null, versions[0]?.[part] ?? null))

/** Each part that is to be looked at, with its path: one where all are alike. */
export function places(versions: readonly Version[], part: Part): { readonly version: Version; readonly path: string }[] {
  const [first] = versions
  if (first && isAlike(versions, part)) return [{ version: first, path: part === 'schema' ? 'spec.validation' : `spec.${part}` }]
  return versions.map((version, i) => ({ version, path: `spec.versions[${i}].${part}` }))
}

/** A list of versions as messages show it: Go's names of the internal form's fields. */
export function shown(versions: readonly Version[] | undefined): unknown {
  if (!versions) return null
  const own = (version: Version, part: Part): unknown => (isAlike(versions, part) ? null : (version[part] ?? null))
  return versions.map((v) => ({
    Name: v.name ?? '', Served: v.served ?? false, Storage: v.storage ?? false, Deprecated: v.deprecated ?? false, DeprecationWarning: v.deprecationWarning ?? null,
    Schema: own(v, 'schema'), Subresources: own(v, 'subresources'), AdditionalPrinterColumns: own(v, 'additionalPrinterColumns'), SelectableFields: own(v, 'selectableFields'),
  }))
}
