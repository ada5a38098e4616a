/** The deploy form as plain data: what may be typed, what is wrong with it, and which objects it makes. */
import type { Draft, Status } from '../../../shared/api/meta.ts'
import type { Deployment, Service } from '../../../shared/api/types.ts'
import type { Key } from '../../i18n/i18n.ts'

export interface DeployForm {
  name: string
  image: string
  namespace: string
  replicas: string
  port: string
  env: { name: string; value: string }[]
}
export const SAMPLE_IMAGE = 'pilothouse.dev/hello:1'
/** Where the sample image listens unless its variable PORT says otherwise. */
export const SAMPLE_PORT = '80'
export const emptyForm = (namespace: string): DeployForm => ({ name: '', image: '', namespace: namespace || 'default', replicas: '1', port: '', env: [] })

/** `env.0.name` and so on for the rows. */
export type Field = 'name' | 'image' | 'namespace' | 'replicas' | 'port' | `env.${number}.name` | `env.${number}.value`
/** A fault the form finds by itself; `max`, `min` fill the sentence. */
export interface Fault {
  key: Key | 'invalid.tooLong' | 'invalid.integer' | 'invalid.range'
  min?: number
  max?: number
}
export type Faults = Partial<Record<Field, Fault>>

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
/** A service's name is a DNS label that begins with a letter. */
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
/** Since Kubernetes 1.34 any printable ASCII but `=` may be in the name of a variable. */
const ENV_NAME = /^[ -<>-~]+$/
/** Bounds of the reference grammar: domain[:port]/path[:tag][@digest]. */
const IMAGE = /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/

const dnsLabel = (value: string): Fault | undefined =>
  value === '' ? { key: 'invalid.required' } : value.length > 63 ? { key: 'invalid.tooLong', max: 63 } : LABEL.test(value) ? undefined : { key: 'invalid.dnsLabel' }
/** A whole number in plain digits, or undefined. */
export const whole = (text: string): number | undefined => (/^\d{1,10}$/.test(text.trim()) ? Number(text) : undefined)

export function validate(form: DeployForm): Faults {
  const faults: Faults = {}
  const add = (field: Field, fault: Fault | undefined): void => {
    if (fault) faults[field] ??= fault
  }
  add('name', dnsLabel(form.name))
  if (form.port !== '' && !LABEL_1035.test(form.name)) add('name', { key: 'invalid.dnsStart' })
  add('namespace', dnsLabel(form.namespace))
  if (form.image === '') add('image', { key: 'invalid.required' })
  else if (form.image !== form.image.trim()) add('image', { key: 'invalid.spaces' })
  else if (!IMAGE.test(form.image)) add('image', { key: 'invalid.image' })
  const replicas = whole(form.replicas)
  if (replicas === undefined || replicas > 2_147_483_647) add('replicas', { key: 'invalid.integer', min: 0 })
  const port = whole(form.port)
  if (form.port !== '' && (port === undefined || port < 1 || port > 65_535)) add('port', { key: 'invalid.range', min: 1, max: 65_535 })
  form.env.forEach((row, i) => {
    if (row.name === '') add(`env.${i}.name`, { key: 'invalid.required' })
    else if (!ENV_NAME.test(row.name)) add(`env.${i}.name`, { key: 'invalid.envName' })
    else if (form.env.findIndex((other) => other.name === row.name) < i) add(`env.${i}.name`, { key: 'invalid.duplicate' })
  })
  return faults
}

/** The objects, in the order in which they are to be created. Only for a form without faults. */
export function objectsOf(form: DeployForm): { deployment: Draft<Deployment>; service: Draft<Service> | undefined } {
  const labels = { app: form.name }
  const port = whole(form.port)
  const metadata = { name: form.name, namespace: form.namespace, labels }
  const container = {
    name: form.name, image: form.image,
    ...(port === undefined ? {} : { ports: [{ containerPort: port }] }),
    ...(form.env.length === 0 ? {} : { env: form.env.map(({ name, value }) => ({ name, value })) }),
  }
  return {
    deployment: { metadata, spec: { replicas: whole(form.replicas) ?? 1, selector: { matchLabels: labels }, template: { metadata: { labels } as never, spec: { containers: [container] } } } } as unknown as Draft<Deployment>,
    service: port === undefined ? undefined : ({ metadata, spec: { type: 'ClusterIP', selector: labels, ports: [{ port, targetPort: port, protocol: 'TCP' }] } } as unknown as Draft<Service>),
  }
}

const paths: [RegExp, (m: RegExpMatchArray) => Field][] = [
  [/^metadata\.namespace/, () => 'namespace'],
  [/^metadata\.(name|labels)|^spec\.selector|^spec\.template\.(metadata|labels)|containers\[0\]\.name/, () => 'name'],
  [/containers\[0\]\.image$/, () => 'image'],
  [/^spec\.replicas/, () => 'replicas'],
  [/ports\[0\]/, () => 'port'],
  [/\.env\[(\d+)\]\.(name|value)/, (m) => `env.${Number(m[1])}.${m[2] as 'name' | 'value'}`],
  [/\.env\[(\d+)\]/, (m) => `env.${Number(m[1])}.name`],
]

/** What the API says, laid beside the fields it is about; `rest` is what belongs to none of them. */
export function serverFaults(status: Status, kind: 'Namespace' | 'Deployment' | 'Service'): { fields: Partial<Record<Field, string>>; rest: string } {
  const fields: Partial<Record<Field, string>> = {}
  let unplaced = (status.details?.causes?.length ?? 0) === 0
  for (const cause of status.details?.causes ?? []) {
    const path = cause.field ?? ''
    const found = kind === 'Namespace' ? ('namespace' as Field) : paths.map(([re, field]) => [path.match(re), field] as const).flatMap(([m, field]) => (m ? [field(m)] : []))[0]
    if (found) fields[found] ??= cause.message ?? ''
    else unplaced = true
  }
  // A taken name is a fault of the name, though it comes without causes.
  if (status.reason === 'AlreadyExists') {
    fields[kind === 'Namespace' ? 'namespace' : 'name'] = status.message ?? ''
    unplaced = false
  }
  return { fields, rest: unplaced ? (status.message ?? '') : '' }
}
