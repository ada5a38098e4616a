/**
 * The paths of additionalPrinterColumns: `.spec.port`, `.status.conditions[?(@.type=="Ready")].status`, `.a[0].b`,
 * `.metadata.annotations.a\.b/c`. Source: Kubernetes API, CustomResourceColumnDefinition.jsonPath.
 */
type Step = { name: string } | { index: number } | { all: true } | { where: string[]; is: string }

const fields = (path: string): string[] => path.split('.').filter((x) => x !== '')

/** undefined: not a path that is understood. */
export function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = []
  let rest = path.trim().replace(/^\{(.*)\}$/, '$1').replace(/^\$/, '')
  while (rest !== '') {
    let m: RegExpExecArray | null
    if ((m = /^\.((?:\\.|[^.[\\])+)/.exec(rest))) steps.push({ name: (m[1] ?? '').replace(/\\(.)/g, '$1') })
    else if ((m = /^\[(\d+)\]/.exec(rest))) steps.push({ index: Number(m[1]) })
    else if ((m = /^(?:\[\*\]|\.\*)/.exec(rest))) steps.push({ all: true })
    else if ((m = /^\['([^']*)'\]/.exec(rest) ?? /^\["([^"]*)"\]/.exec(rest))) steps.push({ name: m[1] ?? '' })
    else if ((m = /^\[\?\(\s*@((?:\.\w+)+)\s*==\s*(?:"([^"]*)"|'([^']*)')\s*\)\]/.exec(rest))) steps.push({ where: fields(m[1] ?? ''), is: m[2] ?? m[3] ?? '' })
    else return undefined
    rest = rest.slice(m[0].length)
  }
  return steps
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null
const walk = (v: unknown, names: readonly string[]): unknown => names.reduce<unknown>((at, n) => (isObject(at) ? at[n] : undefined), v)

function step(values: unknown[], s: Step): unknown[] {
  return values.flatMap((v) => {
    if ('name' in s) return isObject(v) && s.name in v ? [v[s.name]] : []
    if ('index' in s) return Array.isArray(v) && s.index < v.length ? [v[s.index] as unknown] : []
    if ('all' in s) return isObject(v) ? Object.values(v) : []
    return Array.isArray(v) ? v.filter((x) => String(walk(x, s.where)) === s.is) : []
  })
}
/** All values at the path; none where it leads nowhere. */
export const valuesAt = (object: unknown, path: string): unknown[] => (stepsOf(path) ?? []).reduce(step, [object])
