/** Kubernetes' CEL library of semantic versions. Source: semver.org 2.0.0; Kubernetes documentation, "Common Expression Language in Kubernetes: Kubernetes semver library". */
import { celFunc, celMethod, CelScalar, type CelFunc } from '@bufbuild/cel'
import { make, textOf, types } from './types.ts'

const { STRING, BOOL, INT } = CelScalar
const { Semver } = types

interface Version {
  readonly numbers: readonly [bigint, bigint, bigint]
  /** Identifiers of the pre-release; none: it is a release. */
  readonly before: readonly string[]
}
const IDENTIFIER = /^[0-9A-Za-z-]+$/
const NUMBER = /^\d+$/

/** Throws an Error that says what is wrong. */
function parse(text: string): Version {
  const [main = '', ...built] = text.split('+')
  const dash = main.indexOf('-')
  const core = (dash < 0 ? main : main.slice(0, dash)).split('.')
  if (text === '') throw new Error('Version string empty')
  if (core.length !== 3) throw new Error('No Major.Minor.Patch elements found')
  core.forEach((part, i) => {
    const name = ['major', 'minor', 'patch'][i] as string
    if (!NUMBER.test(part)) throw new Error(`Invalid character(s) found in ${name} number ${JSON.stringify(part)}`)
    if (part.length > 1 && part.startsWith('0')) throw new Error(`${name[0]?.toUpperCase()}${name.slice(1)} number must not contain leading zeroes ${JSON.stringify(part)}`)
  })
  const before = dash < 0 ? [] : main.slice(dash + 1).split('.')
  for (const part of before) {
    if (part === '') throw new Error('Prerelease is empty')
    if (!IDENTIFIER.test(part)) throw new Error(`Invalid character(s) found in prerelease ${JSON.stringify(part)}`)
    if (NUMBER.test(part) && part.length > 1 && part.startsWith('0')) throw new Error(`Numeric PreRelease version must not contain leading zeroes ${JSON.stringify(part)}`)
  }
  for (const part of built.length ? built.join('+').split('.') : []) {
    if (part === '') throw new Error('Build meta data is empty')
    if (!IDENTIFIER.test(part)) throw new Error(`Invalid character(s) found in build meta data ${JSON.stringify(part)}`)
  }
  return { numbers: core.map(BigInt) as unknown as Version['numbers'], before }
}

/** Without the v, with three numbers, each without zeroes before it. */
function normalized(text: string): string {
  const [major = '', minor, ...rest] = text.replace(/^v/, '').split('.')
  const parts = [major, ...(minor === undefined ? [] : [minor]), ...(rest.length ? [rest.join('.')] : [])].map((part) => part.replace(/^0+(?=\d)/, ''))
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) throw new Error('short version cannot contain PreRelease/Build meta data')
  return [...parts, '0', '0'].slice(0, 3).join('.')
}

const sign = (a: bigint | number | string, b: bigint | number | string): number => (a > b ? 1 : a < b ? -1 : 0)
/** Numbers come before words, and a release after all that comes before it. */
function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  const [left, right] = [NUMBER.test(a), NUMBER.test(b)]
  return left && right ? sign(BigInt(a), BigInt(b)) : left === right ? sign(a, b) : left ? -1 : 1
}
function compare(a: Version, b: Version): number {
  for (const i of [0, 1, 2] as const) if (a.numbers[i] !== b.numbers[i]) return sign(a.numbers[i], b.numbers[i])
  if (!a.before.length || !b.before.length) return sign(b.before.length, a.before.length)
  for (let i = 0; i < Math.max(a.before.length, b.before.length); i++) {
    const order = comparePart(a.before[i], b.before[i])
    if (order) return order
  }
  return 0
}

const isVersion = (text: string): boolean => {
  try {
    parse(text)
    return true
  } catch {
    // It is none: that is the answer.
    return false
  }
}
const isNormalizable = (text: string): boolean => {
  try {
    return isVersion(normalized(text))
  } catch {
    return false
  }
}
/** What was built does not tell versions apart, so that it is left out of what is compared. */
const semver = (text: string): never => {
  parse(text)
  return make('Semver', text.replace(/\+.*$/, '')) as never
}
const of = (value: unknown): Version => parse(textOf(value))

export const semverLibrary: readonly CelFunc[] = [
  celFunc('semver', [STRING], Semver, semver),
  celFunc('semver', [STRING, BOOL], Semver, (text, normalize) => semver(normalize ? normalized(text) : text)),
  celFunc('isSemver', [STRING], BOOL, isVersion),
  celFunc('isSemver', [STRING, BOOL], BOOL, (text, normalize) => (normalize ? isNormalizable(text) : isVersion(text))),
  celMethod('major', Semver, [], INT, function () { return of(this).numbers[0] }),
  celMethod('minor', Semver, [], INT, function () { return of(this).numbers[1] }),
  celMethod('patch', Semver, [], INT, function () { return of(this).numbers[2] }),
  celMethod('compareTo', Semver, [Semver], INT, function (other) { return BigInt(compare(of(this), of(other))) }),
  celMethod('isGreaterThan', Semver, [Semver], BOOL, function (other) { return compare(of(this), of(other)) > 0 }),
  celMethod('isLessThan', Semver, [Semver], BOOL, function (other) { return compare(of(this), of(other)) < 0 }),
]
