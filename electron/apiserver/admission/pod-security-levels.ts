/**
 * The Pod Security Standards: which controls a level has in which release, so that a namespace that is held to the standard
 * of one release is not surprised by the next. Source: Kubernetes documentation, "Pod Security Standards: policy versioning".
 */
import type { PodSpec } from '../../../shared/api/types.ts'
import { BASELINE, RESTRICTED, type Container, type Control, type VersionedControl } from './pod-security-controls.ts'

export type Level = 'privileged' | 'baseline' | 'restricted'
/** From lax to strict. */
export const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted']

/** The minor version of `v1.25`; of `latest`, and of what is no version, the newest there is. */
export function minorOf(version: string): number {
  const minor = /^v1\.(\d{1,3})$/.exec(version)?.[1]
  return minor === undefined ? Infinity : Number(minor)
}

const controlAt = ({ versions }: VersionedControl, minor: number): Control | undefined => versions.findLast(([since]) => since <= minor)?.[1]

/** Few namespaces differ in their version, and each asks often. */
const known = new Map<string, readonly Control[]>()
function controlsOf(level: Exclude<Level, 'privileged'>, minor: number): readonly Control[] {
  const key = `${level} ${minor}`
  let controls = known.get(key)
  if (!controls) {
    const strict = level === 'restricted' ? RESTRICTED.filter((c) => controlAt(c, minor)) : []
    const replaced = new Set(strict.map((c) => c.overrides))
    controls = [...BASELINE.filter((c) => !replaced.has(c.id)), ...strict].flatMap((c) => controlAt(c, minor) ?? [])
    known.set(key, controls)
  }
  return controls
}

/** What a pod does that its level forbids: a sentence for each control. @param version `latest` or `v1.x` */
export function violations({ level, version }: { readonly level: Level; readonly version: string }, spec: PodSpec, annotations: Readonly<Record<string, string>> = {}): string[] {
  if (level === 'privileged') return []
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])] as Container[]
  return controlsOf(level, minorOf(version)).flatMap((control) => control({ spec, containers, annotations }) ?? [])
}
