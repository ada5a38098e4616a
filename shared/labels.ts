/**
 * How names, labels and annotation keys must look, with the sentences that kubectl users know. Each check answers the
 * faults it found; an empty list is a pass. What is not there is an empty text, as in Go. Source: apimachinery's validation rules (RFC 1123, RFC 1035, qualified names).
 */

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`
const UNDERSCORED_LABEL = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const UNDERSCORED = `${UNDERSCORED_LABEL}(\\.${UNDERSCORED_LABEL})*`
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const VALUE = `(${QUALIFIED})?`
const CONFIG_KEY = '[-._a-zA-Z0-9]+'

const re = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`)
const LABEL_RE = re(LABEL)
const SUBDOMAIN_RE = re(SUBDOMAIN)
const UNDERSCORED_RE = re(UNDERSCORED)
const LABEL_1035_RE = re(LABEL_1035)
const QUALIFIED_RE = re(QUALIFIED)
const VALUE_RE = re(VALUE)
const CONFIG_KEY_RE = re(CONFIG_KEY)
const ENV_NAME_RE = /^[ -<>-~]+$/
const PORT_NAME_RE = /^[-a-z0-9]+$/

const explain = (sentence: string, pattern: string, ...examples: string[]): string =>
  `${sentence} (e.g. ${examples.map((e) => `'${e}', `).join(' or ')}regex used for validation is '${pattern}')`
const tooLong = (max: number): string => `must be no more than ${max} bytes`
const EMPTY = 'must be non-empty'

const LABEL_SENTENCE = explain("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character", LABEL, 'my-name', '123-abc')
const SUBDOMAIN_SENTENCE = explain("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character", SUBDOMAIN, 'example.com')
const UNDERSCORED_SENTENCE = explain("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character", UNDERSCORED, 'example.com')
const LABEL_1035_SENTENCE = explain("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character", LABEL_1035, 'my-name', 'abc-123')
const QUALIFIED_SENTENCE = explain("must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", QUALIFIED, 'MyName', 'my.name', '123-abc')
const VALUE_SENTENCE = explain("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character", VALUE, 'MyValue', 'my_value', '12345')
const CONFIG_KEY_SENTENCE = explain("a valid config key must consist of alphanumeric characters, '-', '_' or '.'", CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name')

const NONE: readonly string[] = Object.freeze([])

function check(value: string, max: number, pattern: RegExp, sentence: string): readonly string[] {
  const long = value.length > max
  if (!long && pattern.test(value)) return NONE
  const errors = long ? [tooLong(max)] : []
  if (!pattern.test(value)) errors.push(sentence)
  return errors
}

/** `web-1`: container names, namespaces. What would do as a subdomain has dots too many. */
export const dns1123Label = (value = ''): readonly string[] => check(value, 63, LABEL_RE, value.includes('.') && SUBDOMAIN_RE.test(value) ? 'must not contain dots' : LABEL_SENTENCE)
/** `web.example.com`: most object names. */
export const dns1123Subdomain = (value = ''): readonly string[] => check(value, 253, SUBDOMAIN_RE, SUBDOMAIN_SENTENCE)
/** As dns1123Subdomain, with underscores: search domains. */
export const underscoredSubdomain = (value = ''): readonly string[] => check(value, 253, UNDERSCORED_RE, UNDERSCORED_SENTENCE)
/** `web-1`, not starting with a digit: services. */
export const dns1035Label = (value = ''): readonly string[] => check(value, 63, LABEL_1035_RE, LABEL_1035_SENTENCE)

/** `example.com/MyName`: keys of labels and annotations, resource names, taint keys. */
export function qualifiedName(value = ''): readonly string[] {
  const slash = value.indexOf('/')
  const name = slash === -1 ? value : value.slice(slash + 1)
  if (name.includes('/')) return [`a qualified name ${QUALIFIED_SENTENCE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  const errors: string[] = []
  if (slash !== -1) {
    const prefix = value.slice(0, slash)
    if (prefix === '') errors.push(`prefix part ${EMPTY}`)
    else for (const e of dns1123Subdomain(prefix)) errors.push(`prefix part ${e}`)
  }
  if (name === '') errors.push(`name part ${EMPTY}`)
  else if (name.length > 63) errors.push(`name part ${tooLong(63)}`)
  if (!QUALIFIED_RE.test(name)) errors.push(`name part ${QUALIFIED_SENTENCE}`)
  return errors.length === 0 ? NONE : errors
}
export const labelValue = (value = ''): readonly string[] => check(value, 63, VALUE_RE, VALUE_SENTENCE)

/** Annotation keys are qualified names whose prefix may be written in upper case. */
export const annotationKey = (value = ''): readonly string[] => qualifiedName(value.toLowerCase())
/** All annotations of an object together, keys and values. */
export const MAX_ANNOTATION_BYTES = 256 * 1024

/** Keys of ConfigMaps and Secrets: they become file names. */
export function configKey(value = ''): readonly string[] {
  const errors = [...check(value, 253, CONFIG_KEY_RE, CONFIG_KEY_SENTENCE)]
  if (value === '.') errors.push("must not be '.'")
  else if (value === '..') errors.push("must not be '..'")
  else if (value.startsWith('..')) errors.push("must not start with '..'")
  return errors
}

/** Names of environment variables. */
export const envName = (value = ''): readonly string[] =>
  ENV_NAME_RE.test(value) ? NONE : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]

/** Names of container and service target ports: IANA service names. */
export function portName(value = ''): readonly string[] {
  const errors: string[] = []
  if (value.length > 15) errors.push('must be no more than 15 characters')
  if (!PORT_NAME_RE.test(value)) errors.push("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
  if (!/[a-z]/.test(value)) errors.push('must contain at least one letter (a-z)')
  if (value.includes('--')) errors.push('must not contain consecutive hyphens')
  if (value.startsWith('-') || value.endsWith('-')) errors.push('must not begin or end with a hyphen')
  return errors
}

/** Names that need only be one segment of a path: RBAC objects. */
export function pathSegment(value = ''): readonly string[] {
  const errors: string[] = []
  if (value === '.' || value === '..') errors.push(`may not be '${value}'`)
  for (const char of ['/', '%']) if (value.includes(char)) errors.push(`may not contain '${char}'`)
  return errors
}

/** How the names of a kind are checked; as KindDefinition.nameRule. */
export type NameRule = 'subdomain' | 'label' | 'label1035' | 'path'
const NAME_RULES: Readonly<Record<NameRule, (value: string) => readonly string[]>> = {
  subdomain: dns1123Subdomain, label: dns1123Label, label1035: dns1035Label, path: pathSegment,
}

/** Faults of an object's name. With `prefix`, `value` is a generateName: its trailing hyphen is only a separator. */
export const nameErrors = (rule: NameRule, value: string, prefix = false): readonly string[] =>
  NAME_RULES[rule](prefix && value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value)
