import { describe, expect, it } from 'vitest'
import { annotationKey, configKey, dns1035Label, dns1123Label, dns1123Subdomain, envName, labelValue, nameErrors, pathSegment, portName, qualifiedName } from './labels.ts'

const rules = { annotationKey, configKey, dns1035Label, dns1123Label, dns1123Subdomain, envName, labelValue, pathSegment, portName, qualifiedName }

const LABEL_SENTENCE = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const NAME_PART = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

describe('names that pass', () => {
  it.each([
    ['dns1123Label', 'a'], ['dns1123Label', '1-a'], ['dns1123Label', 'a'.repeat(63)],
    ['dns1123Subdomain', 'a.b-c.1'], ['dns1123Subdomain', `${'a'.repeat(250)}.b`], ['dns1035Label', 'web-1'],
    ['qualifiedName', 'app'], ['qualifiedName', 'Example_1.x'], ['qualifiedName', 'example.com/App'], ['qualifiedName', `a.b/${'x'.repeat(63)}`],
    ['labelValue', ''], ['labelValue', 'A_b.c-1'], ['annotationKey', 'Example.COM/x'], ['configKey', '.dockerconfigjson'], ['configKey', 'a_B-c.txt'],
    ['envName', 'PATH'], ['envName', '1.a-b c'], ['portName', 'http'], ['portName', '8080-tcp'], ['pathSegment', 'system:node'],
  ] as const)('%s %s', (rule, value) => {
    expect(rules[rule](value)).toEqual([])
  })
})

describe('names that fail', () => {
  it.each([
    ['dns1123Label', 'A', [LABEL_SENTENCE]], ['dns1123Label', '', [LABEL_SENTENCE]], ['dns1123Label', 'a.b', ['must not contain dots']], ['dns1123Label', 'a.B', [LABEL_SENTENCE]], ['dns1123Label', 'a\n', [LABEL_SENTENCE]],
    ['dns1123Label', 'a'.repeat(64), ['must be no more than 63 bytes']],
    ['qualifiedName', '', ['name part must be non-empty', NAME_PART]],
    ['qualifiedName', '/a', ['prefix part must be non-empty']],
    ['qualifiedName', 'a/', ['name part must be non-empty', NAME_PART]],
    ['qualifiedName', '-a', [NAME_PART]],
    ['qualifiedName', 'x'.repeat(64), ['name part must be no more than 63 bytes']],
    ['portName', 'far-too-long-name', ['must be no more than 15 characters']],
    ['portName', '80', ['must contain at least one letter (a-z)']],
    ['portName', 'a--b', ['must not contain consecutive hyphens']],
    ['portName', 'a-', ['must not begin or end with a hyphen']],
    ['configKey', '.', ["must not be '.'"]], ['configKey', '..', ["must not be '..'"]], ['configKey', '..a', ["must not start with '..'"]],
    ['envName', 'A=B', ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
    ['envName', 'Ä', ["a valid environment variable name must consist only of printable ASCII characters other than '='"]],
    ['pathSegment', '..', ["may not be '..'"]], ['pathSegment', 'a/b%', ["may not contain '/'", "may not contain '%'"]],
  ] as const)('%s %j', (rule, value, sentences) => {
    expect(rules[rule](value)).toEqual(sentences)
  })

  it.each([
    ['dns1123Subdomain', 'a..b', 'RFC 1123 subdomain'], ['dns1035Label', '1a', 'DNS-1035 label'], ['labelValue', '-', 'a valid label must be an empty string'],
    ['qualifiedName', 'a/b/c', 'a qualified name must consist'], ['qualifiedName', 'A/b', 'prefix part a lowercase RFC 1123 subdomain'], ['configKey', 'a b', 'a valid config key'], ['portName', 'a_b', 'must contain only alpha-numeric'],
  ] as const)('%s %j', (rule, value, part) => {
    expect(rules[rule](value).join(' ')).toContain(part)
  })
})

describe('nameErrors', () => {
  it.each([
    ['label', 'web-', true, 0], ['label', 'web-', false, 1], ['subdomain', 'a.b', false, 0], ['label', 'a.b', false, 1], ['path', 'system:x', false, 0], ['label1035', '1', false, 1], ['label', '-', true, 1],
  ] as const)('%s %s (prefix: %s): %i faults', (rule, value, prefix, faults) => {
    expect(nameErrors(rule, value, prefix)).toHaveLength(faults)
  })
})
