/** Texts that every line which matches must contain, so that filters and quick searches can be asked before the query itself. */
import { certain, type LogAst } from '../../shared/logs/ast.ts'

type Leaf = Extract<LogAst, { type: 'text' | 'regex' | 'field' }>
export type RegexLeaf = Extract<LogAst, { type: 'regex' }>
const ASCII = /^[ -~]*$/

/** The longest piece of a regular expression that stands in all its matches, as far as that is plain to see; `''`: none is. */
export function regexLiteral(source: string): string {
  let best = ''
  let run = ''
  const end = (): void => { if (run.length > best.length) best = run; run = '' }
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string
    // Alternatives and groups are left out: what is in one of them need not be in the line.
    if (c === '|') return ''
    if (c === '(') {
      let depth = 0
      let set = false
      for (; i < source.length; i++) {
        const d = source[i] as string
        if (d === '\\') { i++; continue }
        if (set) { if (d === ']') set = false; continue }
        if (d === '[') set = true
        if (d === '(') depth++
        if (d === ')' && --depth === 0) break
      }
      end()
      continue
    }
    if (c === '[') {
      for (i++; i < source.length && source[i] !== ']'; i++) if (source[i] === '\\') i++
      end()
      continue
    }
    if (c === '?' || c === '*' || c === '{') {
      // The character before may be absent, or stand there often.
      run = run.slice(0, -1)
      end()
      if (c === '{') while (i < source.length && source[i] !== '}') i++
      continue
    }
    if (c === '+') { end(); continue }
    if (c === '\\') {
      const escaped = source[++i] as string
      if (/[A-Za-z0-9]/.test(escaped)) {
        end()
        // What belongs to the escape is no text: \u0041, \x41, \cA, \k<name>, \p{L}.
        const more = { u: /^(?:\{[^}]*\}|[\dA-Fa-f]{4})/, x: /^[\dA-Fa-f]{2}/, c: /^[A-Za-z]/, k: /^<[^>]*>/, p: /^\{[^}]*\}/, P: /^\{[^}]*\}/ }[escaped]?.exec(source.slice(i + 1))?.[0]
        i += more?.length ?? (/\d/.test(escaped) ? (/^\d*/.exec(source.slice(i + 1)) as RegExpExecArray)[0].length : 0)
      } else run += escaped
      continue
    }
    if (/[.^$)\]}]/.test(c)) { end(); continue }
    run += c
  }
  end()
  return best
}

/** What a leaf's lines contain; `''`: nothing is certain. ASCII, in any case. */
export function leafLiteral(leaf: Leaf): string {
  if (leaf.type === 'text') return ASCII.test(leaf.text) ? leaf.text : ''
  if (leaf.type === 'regex') {
    const literal = regexLiteral(leaf.source)
    // In Unicode's cases there are other letters than those of ASCII that are a K or an S.
    if (/i/.test(leaf.flags) && /[uv]/.test(leaf.flags) && /[ks]/i.test(literal)) return ''
    return ASCII.test(literal) && literal.length >= 3 ? literal : ''
  }
  const [, path] = /^(?:json|logfmt|field)\.(.+)$/.exec(leaf.key) ?? []
  if (path === undefined) return ''
  // JSON may write other characters as escapes.
  const last = path.slice(path.lastIndexOf('.') + 1)
  return /^[A-Za-z_-]\w*$/.test(last) && !/^\d+$/.test(last) ? last : ''
}

/** The longest text that all lines of a query contain; `''`: there is none. */
export function requiredLiteral(ast: LogAst): string {
  if (ast.type === 'and') return ast.items.map(requiredLiteral).reduce((a, b) => (b.length > a.length ? b : a), '')
  return ast.type === 'text' || ast.type === 'regex' || ast.type === 'field' ? leafLiteral(ast) : ''
}

/**
 * Whether a block can have lines of a query.
 * @param has answers false when a text is certainly not in the block
 * @param fits answers false when an expression certainly fits no line of it
 */
export const blockMayMatch = (ast: LogAst, has: (literal: string) => boolean, fits: (leaf: RegexLeaf) => boolean | undefined = () => undefined): boolean => certain(ast, (leaf) => {
  const literal = leafLiteral(leaf)
  if (literal !== '' && !has(literal)) return false
  return leaf.type === 'regex' && fits(leaf) === false ? false : undefined
}) !== false

/** Whether a query needs the texts at all. */
export const readsText = (ast: LogAst): boolean => ast.type === 'and' || ast.type === 'or' ? ast.items.some(readsText)
  : ast.type === 'not' ? readsText(ast.item)
    : ast.type !== 'field' || /^(json|logfmt|field)\./.test(ast.key)
