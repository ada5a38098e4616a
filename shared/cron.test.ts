import { describe, expect, it } from 'vitest'
import { isTimeZone, parseSchedule, ScheduleError } from './cron.ts'

const at = (time: string): number => Date.parse(time)
describe('schedules', () => {
  it.each<[string, string | undefined, string, string | undefined]>([
    ['*/5 * * * *', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z'],
    ['@hourly', 'UTC', '2026-01-01T00:00:01Z', '2026-01-01T01:00:00Z'],
    ['@weekly', 'UTC', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['0 3 * * MON', 'Asia/Seoul', '2026-01-01T00:00:00Z', '2026-01-04T18:00:00Z'],
    ['0 0 13 * 5', 'UTC', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'],
    ['0 0 ? jan-mar SUN,wed', 'UTC', '2026-03-30T00:00:00Z', '2027-01-03T00:00:00Z'],
    ['10/20 4 * * *', 'UTC', '2026-01-01T04:10:00Z', '2026-01-01T04:30:00Z'],
    ['0 0 31 2 *', 'UTC', '2026-01-01T00:00:00Z', undefined],
    ['@every 1h30m', undefined, '2026-01-01T00:00:10Z', '2026-01-01T01:30:10Z'],
    ['30 9 * * *', 'America/New_York', '2026-07-01T00:00:00Z', '2026-07-01T13:30:00Z'],
  ])('%s in %s after %s', (text, zone, after, expected) => expect(parseSchedule(text, zone).next(at(after))).toBe(expected && at(expected)))
  it.each<[string, string, string, string | undefined]>([
    ['0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T04:30:00Z', '2026-01-01T04:00:00Z'],
    ['0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T04:00:00Z', '2026-01-01T04:00:00Z'],
    ['0 * * * *', '2026-01-01T04:00:00Z', '2026-01-01T04:30:00Z', undefined],
    ['@every 1h', '2026-01-01T00:00:05Z', '2026-01-01T02:30:00Z', '2026-01-01T02:00:05Z'],
  ])('%s: the last since %s until %s', (text, since, until, expected) => expect(parseSchedule(text, 'UTC').last(at(since), at(until))).toBe(expected && at(expected)))
  it.each([['* * * *', /expected exactly 5 fields, found 4/], ['', /expected exactly 5 fields/], ['60 * * * *', /minute: 60/], ['* * * * 7', /day of week: 7/], ['* * L * *', /day of month/], ['5-1 * * * *', /backwards/], ['*/0 * * * *', /step/], ['@sometimes', /not known/], ['@every soon', /@every/], ['0 0 1 1 * *', /found 6/]])('refuses %j', (text, sentence) => {
    expect(() => parseSchedule(text, 'UTC')).toThrow(ScheduleError)
    expect(() => parseSchedule(text, 'UTC')).toThrow(sentence)
  })
  it('knows time zones', () => {
    expect(['Asia/Seoul', 'UTC', 'Etc/UTC', 'Moon/Crater', ''].map(isTimeZone)).toEqual([true, true, true, false, false])
    expect(() => parseSchedule('@daily', 'Moon/Crater')).toThrow('unknown time zone Moon/Crater')
  })
})
