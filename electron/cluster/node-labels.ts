/** The labels that a LocalNode gives its Node. Which ones they are stands in an annotation, so that one that is taken away goes. Pure. */
import type { Node } from '../../shared/api/types.ts'

export const LABELS_ANNOTATION = 'pilothouse.dev/labels'

/** A merge patch; undefined: nothing to do, or no Node yet. */
export function labelPatch(node: Node | undefined, labels: Readonly<Record<string, string>>): object | undefined {
  if (!node) return undefined
  const names = Object.keys(labels).sort()
  const text = names.join(',')
  const before = (node.metadata.annotations?.[LABELS_ANNOTATION] ?? '').split(',').filter(Boolean)
  const gone = before.filter((name) => !names.includes(name))
  const wrong = names.filter((name) => node.metadata.labels?.[name] !== labels[name])
  if (!gone.length && !wrong.length && before.join(',') === text) return undefined
  const changes = [...wrong.map((name) => [name, labels[name]]), ...gone.map((name) => [name, null])]
  return { metadata: { labels: Object.fromEntries(changes), annotations: { [LABELS_ANNOTATION]: text || null } } }
}
