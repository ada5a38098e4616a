/** What the dashboard's door asks of the fields of a request. Each throws BadRequest. */
import { badRequest } from '../../shared/errors.ts'

const fieldOf = (request: unknown, key: string): unknown => (request as Record<string, unknown>)[key]

export function text(request: unknown, key: string): string {
  const v = fieldOf(request, key)
  if (typeof v !== 'string') throw badRequest(`${key} must be a string`)
  return v
}
export const optionalText = (request: unknown, key: string): string => (fieldOf(request, key) === undefined ? '' : text(request, key))
/** A whole number from `least` to `most`. */
export function whole(request: unknown, key: string, least: number, most: number): number {
  const v = fieldOf(request, key)
  if (!Number.isInteger(v) || (v as number) < least || (v as number) > most) throw badRequest(`${key} must be a whole number from ${least} to ${most}`)
  return v as number
}
export function texts(request: unknown, key: string, most: number): string[] {
  const v = fieldOf(request, key)
  if (!Array.isArray(v) || v.length > most || !v.every((s) => typeof s === 'string')) throw badRequest(`${key} must be a list of at most ${most} strings`)
  return v as string[]
}
export const flag = (request: unknown, key: string): boolean => {
  const v = fieldOf(request, key)
  if (v !== undefined && typeof v !== 'boolean') throw badRequest(`${key} must be true or false`)
  return v === true
}
