/** Names of OpenAPI components in upstream's form: `V1Deployment` → `io.k8s.api.apps.v1.Deployment`. */
import { tables } from '../codec/protobuf/tables/index.ts'

/** Where a type name is looked for first: a name that several groups have is prefixed in client-node. */
const PACKAGES = ['core', 'meta', ...new Set(Object.keys(tables).map((t) => t.split('/')[0] as string).filter((g) => g !== 'core' && g !== 'meta'))]

const APIEXTENSIONS = /^V1(CustomResource|JSONSchemaProps|ExternalDocumentation|SelectableField|ValidationRule|WebhookConversion)/
const APIREGISTRATION = /^V1APIService/
/** Types of the API machinery whose messages have no fields of their own, or no message at all. */
const META = new Set(['WatchEvent', 'Patch', 'APIGroupList', 'APIGroup', 'APIVersions', 'FieldsV1', 'ServerAddressByClientCIDR', 'GroupVersionForDiscovery'])

export const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
export const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
export const PATCH = 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch'
export const TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time'
export const MICRO_TIME = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'
export const FIELDS_V1 = 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1'
export const RAW_EXTENSION = 'io.k8s.apimachinery.pkg.runtime.RawExtension'
const EXTENSIONS = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'
export const ANY = `${EXTENSIONS}.JSON`

/** Types of fields of which the schemas say no more than that anything may stand there: by schema and field. */
export const FREE: Readonly<Record<string, string>> = {
  'V1ManagedFieldsEntry/fieldsV1': FIELDS_V1,
  'V1CustomResourceSubresources/status': `${EXTENSIONS}.CustomResourceSubresourceStatus`,
  'V1JSONSchemaProps/additionalItems': `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  'V1JSONSchemaProps/additionalProperties': `${EXTENSIONS}.JSONSchemaPropsOrBool`,
  'V1JSONSchemaProps/default': ANY,
  'V1JSONSchemaProps/dependencies': `${EXTENSIONS}.JSONSchemaPropsOrStringArray`,
  'V1JSONSchemaProps/enum': ANY,
  'V1JSONSchemaProps/example': ANY,
  'V1JSONSchemaProps/items': `${EXTENSIONS}.JSONSchemaPropsOrArray`,
}

const inPackage = (group: string, version: string, type: string): string =>
  group === 'meta' ? `io.k8s.apimachinery.pkg.apis.meta.${version}.${type}` : `io.k8s.api.${group}.${version}.${type}`

const cache = new Map<string, string>()

/** @param schema a name in schemas.json */
export function componentName(schema: string): string {
  let name = cache.get(schema)
  if (!name) cache.set(schema, (name = find(schema)))
  return name
}

function find(schema: string): string {
  const match = /^([A-Z][a-z]+?)??V(\d+)([A-Z].*)$/.exec(schema)
  if (!match) return schema
  const [, prefix, number, type = ''] = match
  const version = `v${number}`
  const owner = prefix?.toLowerCase()
  if (owner === 'apiextensions' || APIEXTENSIONS.test(schema)) return `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.${version}.${type}`
  if (owner === 'apiregistration' || APIREGISTRATION.test(schema)) return `io.k8s.kube-aggregator.pkg.apis.apiregistration.${version}.${type}`
  if (owner) return inPackage(owner, version, type)
  if (META.has(type)) return inPackage('meta', version, type)
  const group = PACKAGES.find((g) => tables[`${g}/${version}`]?.[type] !== undefined)
  // Newer than the tables, or without fields: nothing but the name tells; core is where most types are.
  return inPackage(group ?? (version === 'v2' ? 'autoscaling' : 'core'), version, type)
}
