/** Kubernetes' CEL library of named formats: `format.dns1123Label().validate(name)`. Source: Kubernetes documentation, "Common Expression Language in Kubernetes: Kubernetes format library". */
import { celFunc, celList, celMethod, CelScalar, type CelFunc } from '@bufbuild/cel'
import { dns1035Label, dns1123Label, dns1123Subdomain, labelValue, nameErrors, qualifiedName } from '../../../shared/labels.ts'
import { formatCheck } from '../extensions/formats.ts'
import { maybe } from './library-optionals.ts'
import { parseUrl } from './library-values.ts'
import { make, textOf, types } from './types.ts'

const { STRING } = CelScalar

/** Answers what is wrong with a text. */
type Check = (text: string) => readonly string[]
const named = (format: string, fault: string): Check => (text) => (formatCheck(format)?.(text) ? [] : [fault])

const FORMATS: Readonly<Record<string, Check>> = {
  dns1123Label, dns1123Subdomain, dns1035Label, qualifiedName, labelValue,
  dns1123LabelPrefix: (text) => nameErrors('label', text, true),
  dns1123SubdomainPrefix: (text) => nameErrors('subdomain', text, true),
  dns1035LabelPrefix: (text) => nameErrors('label1035', text, true),
  uri: (text) => (parseUrl(text) ? [] : [text === '' ? 'parse "": empty url' : `parse ${JSON.stringify(text)}: invalid URI for request`]),
  uuid: named('uuid', 'does not match the UUID format'),
  byte: named('byte', 'invalid base64'),
  date: named('date', 'invalid date'),
  datetime: named('datetime', 'invalid datetime'),
}
const format = (name: string): never => make('Format', name) as never

export const formatLibrary: readonly CelFunc[] = [
  ...Object.keys(FORMATS).map((name) => celFunc(`format.${name}`, [], types.Format, () => format(name))),
  celFunc('format.named', [STRING], types.Optional, ((name: string) => maybe(Object.hasOwn(FORMATS, name) ? format(name) : undefined)) as never),
  celMethod('validate', types.Format, [STRING], types.Optional, function (text) {
    const faults = FORMATS[textOf(this)]?.(text) ?? []
    return maybe(faults.length ? celList(faults as never) : undefined) as never
  }),
]
