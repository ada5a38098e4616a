/** What can be wrong with a query, in English. The keys are those of the dashboard's words, so that each language can say it. */
import { fillGaps, type GapWords } from '../gaps.ts'

export const queryFaults = {
  'logs.fault.long': 'a query has at most {{most}} characters',
  'logs.fault.noOpening': 'there is no ( for this )',
  'logs.fault.noClosing': 'this ( is not closed',
  'logs.fault.condition': 'a condition is expected here',
  'logs.fault.and': 'AND stands between two conditions',
  'logs.fault.or': 'OR stands between two conditions',
  'logs.fault.not': 'NOT stands before a condition',
  'logs.fault.deep': 'nested too deeply',
  'logs.fault.quote': 'this quotation mark is not closed',
  'logs.fault.empty': 'an empty text is in every line',
  'logs.fault.regex': '{{why}}',
  'logs.fault.uncompared': '{{key}} cannot be compared; write {{key}}:value',
  'logs.fault.expression': 'an expression cannot be compared',
  'logs.fault.star': 'a star cannot be compared',
  'logs.fault.single': 'only one value can be compared',
  'logs.fault.space': 'a space is expected here',
  'logs.fault.value': 'a value is expected after {{key}}',
  'logs.fault.moment': '{{key}} takes a span before now (15m, 2h, 1d) or a time (2026-01-31, 2026-01-31T15:04)',
  'logs.fault.level': 'there is no level {{quoted}}: {{all}}',
  'logs.fault.stream': 'there is no stream {{quoted}}: {{all}}',
  'logs.fault.restart': 'restart takes a whole number',
  'logs.fault.name': '{{prefix}} needs a name: {{prefix}}NAME',
  'logs.fault.near': 'there is no field {{quoted}}; did you mean {{near}}?',
  'logs.fault.field': "there is no field {{quoted}}: a line's own fields are json.{{text}} or field.{{text}}, and a text stands in quotation marks",
} as const
/** Without the beginning that all have. */
export type QueryFault = keyof typeof queryFaults extends `logs.fault.${infer Name}` ? Name : never
export const faultText = (fault: QueryFault, words: GapWords): string => fillGaps(queryFaults[`logs.fault.${fault}`], words)
