/** Validation of webhook configurations. Source: Kubernetes documentation, "Dynamic Admission Control". */
import { X509Certificate } from 'node:crypto'
import type { MutatingWebhookConfiguration, ValidatingWebhookConfiguration } from '../../../../shared/api/types.ts'
import { field, type FieldError } from '../../../../shared/errors.ts'
import { dns1123Subdomain, qualifiedName } from '../../../../shared/labels.ts'
import { optionalOneOf, say, type Errors } from './common.ts'
import { labelSelector } from './metadata.ts'

type Hook = NonNullable<MutatingWebhookConfiguration['webhooks']>[number]
export type Rule = NonNullable<Hook['rules']>[number]
const OPERATIONS = ['*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT']
const VERSIONS = ['v1', 'v1beta1']

function list(errors: Errors, path: string, values: readonly string[] | undefined): void {
  if (!values?.length) return void errors.push(field.required(path))
  values.forEach((value, i) => {
    if (value === '' && !path.endsWith('apiGroups')) errors.push(field.required(`${path}[${i}]`))
  })
  if (values.length > 1 && values.includes('*')) errors.push(field.invalid(path, values, "if '*' is present, must not specify other values"))
}

function resources(errors: Errors, path: string, values: readonly string[] | undefined): void {
  if (!values?.length) return void errors.push(field.required(path))
  if (values.includes('*/*') && values.length > 1) errors.push(field.invalid(path, values, "if '*/*' is present, must not specify other resources"))
  values.forEach((value, i) => {
    if (value === '') errors.push(field.required(`${path}[${i}]`))
    else if (value !== '*' && !value.includes('/') && values.includes('*')) errors.push(field.invalid(`${path}[${i}]`, value, "if '*' is present, must not specify other resources without subresources"))
  })
}

export function validateRule(errors: Errors, path: string, rule: Rule): void {
  list(errors, `${path}.operations`, rule.operations)
  rule.operations?.forEach((operation, i) => optionalOneOf(errors, `${path}.operations[${i}]`, operation, OPERATIONS))
  list(errors, `${path}.apiGroups`, rule.apiGroups)
  list(errors, `${path}.apiVersions`, rule.apiVersions)
  resources(errors, `${path}.resources`, rule.resources)
  optionalOneOf(errors, `${path}.scope`, rule.scope, ['*', 'Cluster', 'Namespaced'])
}

/** How a webhook is reached. */
export function clientConfig(errors: Errors, path: string, config: Hook['clientConfig'] | undefined): void {
  if (!config || Boolean(config.url) === Boolean(config.service)) return void errors.push(field.required(path, 'exactly one of url or service is required'))
  if (config.service) {
    const { name, namespace, port, path: at } = config.service
    if (!name) errors.push(field.required(`${path}.service.name`))
    if (!namespace) errors.push(field.required(`${path}.service.namespace`))
    if (port !== undefined && (port < 1 || port > 65_535)) errors.push(field.invalid(`${path}.service.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'))
    if (at && !at.startsWith('/')) errors.push(field.invalid(`${path}.service.path`, at, "must start with a '/'"))
    return
  }
  const url = URL.canParse(config.url ?? '') ? new URL(config.url ?? '') : undefined
  if (!url) return void errors.push(field.required(`${path}.url`, 'url must be a valid URL'))
  if (url.protocol !== 'https:') errors.push(field.invalid(`${path}.url`, config.url, "'https' is the only allowed URL scheme"))
  if (url.username || url.password) errors.push(field.invalid(`${path}.url`, config.url, 'user information is not permitted in the URL'))
  if (url.hash) errors.push(field.invalid(`${path}.url`, config.url, 'fragments are not permitted in the URL'))
  if (url.search) errors.push(field.invalid(`${path}.url`, config.url, 'query parameters are not permitted in the URL'))
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
/** Why a bundle of authorities cannot be used, which is base64 of PEM. undefined: it can. */
export function caBundleFault(bundle: string): string | undefined {
  const blocks = Buffer.from(bundle, 'base64').toString('utf8').match(PEM)
  if (!blocks) return 'unable to load root certificates: unable to parse bytes as PEM block'
  try {
    for (const block of blocks) void new X509Certificate(block)
    return undefined
  } catch (error) {
    return `unable to load root certificates: failed to parse certificate: ${error instanceof Error ? error.message : String(error)}`
  }
}

const MAX_CONDITIONS = 64
/** Of a webhook or a policy, their expressions apart. */
export function matchConditions(errors: Errors, path: string, conditions: readonly { readonly name?: string; readonly expression?: string }[] = []): void {
  if (conditions.length > MAX_CONDITIONS) errors.push(field.tooMany(path, conditions.length, MAX_CONDITIONS))
  const names = new Set<string>()
  conditions.forEach(({ name, expression }, i) => {
    if (!expression?.trim()) errors.push(field.required(`${path}[${i}].expression`))
    if (!name) return void errors.push(field.required(`${path}[${i}].name`))
    const faults = qualifiedName(name)
    if (faults.length) errors.push(field.invalid(`${path}[${i}].name`, name, faults.join(',')))
    if (names.has(name)) errors.push(field.duplicate(`${path}[${i}].name`, name))
    names.add(name)
  })
}

export function validateWebhooks(object: MutatingWebhookConfiguration | ValidatingWebhookConfiguration): FieldError[] {
  const errors: Errors = []
  const names = new Set<string>()
  object.webhooks?.forEach((hook, i) => {
    const path = `webhooks[${i}]`
    if (!hook.name) errors.push(field.required(`${path}.name`))
    else {
      say(errors, `${path}.name`, hook.name, dns1123Subdomain(hook.name))
      if (hook.name.split('.').length < 3) errors.push(field.invalid(`${path}.name`, hook.name, 'should be a domain with at least three segments separated by dots'))
      if (names.has(hook.name)) errors.push(field.duplicate(`${path}.name`, hook.name))
      names.add(hook.name)
    }
    hook.rules?.forEach((rule, r) => validateRule(errors, `${path}.rules[${r}]`, rule))
    optionalOneOf(errors, `${path}.failurePolicy`, hook.failurePolicy, ['Fail', 'Ignore'])
    optionalOneOf(errors, `${path}.matchPolicy`, hook.matchPolicy, ['Equivalent', 'Exact'])
    if (!hook.sideEffects) errors.push(field.required(`${path}.sideEffects`, 'must specify one of None, NoneOnDryRun'))
    else optionalOneOf(errors, `${path}.sideEffects`, hook.sideEffects, ['None', 'NoneOnDryRun'])
    if ((hook.timeoutSeconds ?? 10) < 1 || (hook.timeoutSeconds ?? 10) > 30) errors.push(field.invalid(`${path}.timeoutSeconds`, hook.timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'))
    if (!hook.admissionReviewVersions?.length) errors.push(field.required(`${path}.admissionReviewVersions`, 'must specify one of v1, v1beta1'))
    else if (!hook.admissionReviewVersions.some((v) => VERSIONS.includes(v))) errors.push(field.invalid(`${path}.admissionReviewVersions`, hook.admissionReviewVersions, 'must include at least one of v1, v1beta1'))
    const { reinvocationPolicy } = hook as { reinvocationPolicy?: string }
    optionalOneOf(errors, `${path}.reinvocationPolicy`, reinvocationPolicy, ['Never', 'IfNeeded'])
    labelSelector(errors, `${path}.namespaceSelector`, hook.namespaceSelector)
    labelSelector(errors, `${path}.objectSelector`, hook.objectSelector)
    clientConfig(errors, `${path}.clientConfig`, hook.clientConfig)
    matchConditions(errors, `${path}.matchConditions`, hook.matchConditions)
  })
  return errors
}
