/**
 * Sentences that the cluster says in its objects and answers, as kubectl users know them: what an alert tells in detail, why a request was
 * refused. They are in English wherever they are stored or sent; whoever shows them may say them in the reader's language. What stands in
 * `why` is such a sentence itself, `whys` are several with commas between, each perhaps with the number of nodes that it is true of.
 */
import { fillGaps } from './gaps.ts'
import { phrasesOf, type Phrase } from './phrases.ts'
import { saidInKorean } from './said-korean.ts'

const sentences = {
  // Where a pod can go.
  'said.noNodes': 'no nodes available to schedule pods',
  'said.noNodesWhy': 'no nodes available to schedule pods. {{why}}',
  'said.available': '0/{{total}} nodes are available: {{whys}}.',
  'said.preempted': '0/{{total}} nodes are available: {{whys}}. no new claims to deallocate, preemption: {{why}}',
  'said.notEligible': 'not eligible due to preemptionPolicy=Never.',
  'said.notYetEligible': 'not eligible due to a terminating pod on the nominated node.',
  'said.notHelpful': 'Preemption is not helpful for scheduling',
  'said.noVictims': 'No preemption victims found for incoming pod',
  'said.insufficient': 'Insufficient {{resource}}',
  'said.tooMany': 'Too many pods',
  'said.unschedulable': 'node(s) were unschedulable',
  'said.nodeAffinity': 'node(s) didn\'t match Pod\'s node affinity/selector',
  'said.nodeName': 'node(s) didn\'t match the requested node name',
  'said.taint': 'node(s) had untolerated taint(s) {{taint}}',
  'said.ports': 'node(s) didn\'t have free ports for the requested pod ports',
  'said.podAffinity': 'node(s) didn\'t match pod affinity rules',
  'said.podAntiAffinity': 'node(s) didn\'t match pod anti-affinity rules',
  'said.othersAntiAffinity': 'node(s) didn\'t satisfy existing pods anti-affinity rules',
  'said.spread': 'node(s) didn\'t match pod topology spread constraints',
  'said.spreadLabel': 'node(s) didn\'t match pod topology spread constraints (missing required label)',
  'said.volumeNode': 'node(s) had volume node affinity conflict',
  'said.noVolume': 'node(s) didn\'t find available persistent volumes to bind',
  'said.claimGoes': 'persistentvolumeclaim {{name}} is being deleted',
  // What became of a container.
  'said.exit': 'exit code {{code}}',
  'said.exitFor': 'exit code {{code}} ({{reason}})',
  'said.exitSaid': 'exit code {{code}}: {{text}}',
  'said.exitForSaid': 'exit code {{code}} ({{reason}}): {{text}}',
  'said.backOff': 'back-off {{time}} restarting failed container={{container}} pod={{pod}}',
  'said.pullBackOff': 'Back-off pulling image {{image}}: {{why}}',
  'said.pullFailed': 'failed to pull image {{image}}: {{why}}',
  'said.pullFailedFor': 'ErrImagePull: {{why}}',
  'said.neverPulled': 'Container image {{image}} is not present with pull policy of Never',
  'said.imageName': 'Failed to apply default image tag {{image}}: {{why}}',
  'said.denied': 'pull access denied for {{image}}, repository does not exist or may require \'docker login\': {{text}}',
  'said.noManifest': 'manifest for {{image}} not found: {{text}}',
  'said.registryRefused': 'Get {{url}}: dial tcp {{address}}: connect: connection refused',
  'said.registryUnknown': 'Get {{url}}: dial tcp: lookup {{text}}: no such host',
  // What is wrong with a node.
  'said.nodeSilent': 'Kubelet stopped posting node status.',
  'said.runtimeDown': 'container runtime is down: {{why}}',
  'said.diskPressure': 'kubelet has insufficient disk space',
  'said.engineDown': 'the Docker engine does not answer ({{code}}): {{text}}',
  // Answers of the API.
  'said.notFound': '{{kind}} "{{name}}" not found',
  'said.noResource': 'the server could not find the requested resource',
  'said.exists': '{{kind}} "{{name}}" already exists',
  'said.modified': 'Operation cannot be fulfilled on {{kind}} "{{name}}": the object has been modified; please apply your changes to the latest version and try again',
  'said.conflict': 'Operation cannot be fulfilled on {{kind}} "{{name}}": {{why}}',
  'said.forbidden': '{{kind}} "{{name}}" is forbidden: {{why}}',
  'said.forbiddenAll': '{{kind}} is forbidden: {{why}}',
  'said.userIn': 'User "{{user}}" cannot {{verb}} resource "{{resource}}" in API group "{{group}}" in the namespace "{{namespace}}"',
  'said.user': 'User "{{user}}" cannot {{verb}} resource "{{resource}}" in API group "{{group}}" at the cluster scope',
  'said.quota': 'exceeded quota: {{quota}}, requested: {{requested}}, used: {{used}}, limited: {{limited}}',
  'said.invalid': '{{kind}} "{{name}}" is invalid: {{why}}',
  'said.timeout': 'Timeout: {{why}}',
  'said.internal': 'Internal error occurred: {{why}}',
} as const
/** What is wrong with a field: in a sentence, or by itself. */
const faults = {
  'said.required': '{{field}}: Required value',
  'said.requiredWhy': '{{field}}: Required value: {{text}}',
  'said.value': '{{field}}: Invalid value: {{value}}: {{text}}',
  'said.valueImmutable': '{{field}}: Invalid value: {{value}}: field is immutable',
  'said.unsupported': '{{field}}: Unsupported value: {{value}}: supported values: {{values}}',
  'said.duplicate': '{{field}}: Duplicate value: {{value}}',
  'said.fieldForbidden': '{{field}}: Forbidden: {{text}}',
} as const
export const saidTexts = { ...sentences, ...faults }
/** Without the beginning that all have. */
type Name<Key extends string> = Key extends `said.${infer N}` ? N : never
export type SaidText = Name<keyof typeof saidTexts>

const { read: readSentence } = phrasesOf<'said.', Name<keyof typeof sentences>>('said.', sentences)
const { read: readFault } = phrasesOf<'said.', Name<keyof typeof faults>>('said.', faults)

/** Between two of several sentences; not between a key and its value, or within brackets. */
const COMMA = /, (?=\d+ |node\(s\)|persistentvolumeclaim )/
/** A number of nodes, and what is true of them. */
const COUNTED = /^(\d+) ([^]+)$/

/** Several faults of an object. */
const FAULTS = /, (?=[\w.[\]/-]+: (?:Required|Invalid|Unsupported|Duplicate|Forbidden|Too|Not found))/

/** A sentence in other words; what nobody here says stays as it is. @param words gives a phrase's text in a language, its gaps filled */
export function saidAs(text: string, words: (phrase: Phrase<SaidText>) => string): string {
  if (/^\[[^]*: [^]*\]$/.test(text)) return `[${text.slice(1, -1).split(FAULTS).map((fault) => saidAs(fault, words)).join(', ')}]`
  const phrase: Phrase<SaidText> | undefined = readSentence(text) ?? readFault(text)
  if (!phrase) return text
  const several = (whys: string): string => whys.split(COMMA).map((one) => {
    const [, count, why] = COUNTED.exec(one) ?? []
    return why === undefined ? saidAs(one, words) : `${saidAs(why, words)} (${count})`
  }).join(', ')
  const within = Object.entries(phrase.words).map(([gap, word]) => [gap, gap === 'whys' ? several(word) : gap === 'why' ? saidAs(word, words) : word])
  return words({ name: phrase.name, words: Object.fromEntries(within) as Record<string, string> })
}
/** For whoever has no dictionary. */
export const saidKorean = (text: string): string => saidAs(text, ({ name, words }) => fillGaps(saidInKorean[`said.${name}`], words))
