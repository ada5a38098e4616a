/** Formats in a custom resource's schema that nobody knows, and that are not looked at therefore. Source: apiextensions of Kubernetes. */
import type { CustomResourceDefinition } from '../../../../shared/api/types.ts'

const OF_NUMBERS: ReadonlySet<string> = new Set(['int32', 'int64', 'float', 'double'])
/** Without their hyphens. */
const OF_STRINGS: ReadonlySet<string> = new Set([
  'bsonobjectid', 'uri', 'email', 'hostname', 'ipv4', 'ipv6', 'cidr', 'mac', 'uuid', 'uuid3', 'uuid4', 'uuid5', 'isbn', 'isbn10', 'isbn13', 'creditcard', 'ssn', 'hexcolor', 'rgbcolor',
  'byte', 'password', 'date', 'duration', 'datetime', 'k8sshortname', 'k8slongname',
])
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = { string: OF_STRINGS, integer: OF_NUMBERS, number: OF_NUMBERS }

function collect(into: Set<string>, schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return
  const { type, format } = schema as { type?: unknown; format?: unknown }
  // A property may itself be called `format`: then it is a schema, and no text.
  if (typeof format === 'string' && typeof type === 'string' && Object.hasOwn(KNOWN, type) && !KNOWN[type]?.has(format.replaceAll('-', ''))) into.add(format)
  for (const [key, inner] of Object.entries(schema)) if (key !== 'default' && key !== 'enum' && key !== 'example') collect(into, inner)
}

function unknownFormats(definition: CustomResourceDefinition | undefined): Set<string> {
  const found = new Set<string>()
  for (const version of definition?.spec.versions ?? []) collect(found, version.schema?.openAPIV3Schema)
  return found
}

/** Those of a changed definition that were there before are not told again. */
export function formatWarnings(object: CustomResourceDefinition, old: CustomResourceDefinition | undefined): string[] {
  const before = unknownFormats(old)
  return [...unknownFormats(object)].filter((format) => !before.has(format)).map((format) => `unrecognized format ${JSON.stringify(format)}`)
}
