import { describe, expect, it } from 'vitest'
import type { Body } from '../testing.ts'
import { change, faults, row, updateFaults, withDefaults } from '../testing.ts'

const CRON: Body = { spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'a', image: 'pi:1' }] } } } } } }

describe('CronJob', () => {
  it.each<[string, Body]>([['plain', CRON], ['zone', change(CRON, 'spec/timeZone', 'Asia/Seoul')], ['nickname', change(CRON, 'spec/schedule', '@hourly')]])('%s passes', (_name, body) => {
    expect(faults('CronJob', body)).toEqual([])
    expect(updateFaults('CronJob', body, body)).toEqual([])
    const once = withDefaults('CronJob', body)
    expect(withDefaults('CronJob', structuredClone(once) as never)).toEqual(once)
  })
  it.each<[string, unknown, string[]]>([
    ['spec', undefined, ['spec: Required value']],
    ['spec/schedule', undefined, ['spec.schedule: Required value']],
    ['spec/schedule', '* * * *', ['spec.schedule: Invalid value: "* * * *": expected exactly 5 fields, found 4: [* * * *]']],
    ['spec/schedule', 'TZ=UTC * * * * *', ['spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead']],
    ['spec/timeZone', 'Moon/Crater', ['spec.timeZone: Invalid value: "Moon/Crater": unknown time zone Moon/Crater']],
    ['spec/timeZone', 'Local', ['spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones']],
    ['spec/concurrencyPolicy', 'Queue', ['spec.concurrencyPolicy: Unsupported value: "Queue": supported values: "Allow", "Forbid", "Replace"']],
    ['spec/startingDeadlineSeconds', -1, ['spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0']],
    ['spec/jobTemplate/spec/template/spec/restartPolicy', undefined, ['spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"']],
    ['spec/jobTemplate/spec/manualSelector', true, ['spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"']],
    ['metadata/name', 'a'.repeat(53), [`metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`]],
  ])('%s %j is refused', (path, value, expected) => expect(faults('CronJob', change(CRON, path, value))).toEqual(expected))
  it('defaults and columns', () => {
    const object = withDefaults('CronJob', CRON)
    expect(object).toMatchObject({ spec: { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 } })
    const shown = { ...object, metadata: { ...object.metadata, creationTimestamp: '2026-01-01T00:00:00Z' }, status: { active: [{}], lastScheduleTime: '2026-01-01T00:58:00Z' } }
    expect(row('CronJob', shown, true)).toEqual(['x', '*/5 * * * *', '<none>', 'False', 1, '2m', '60m', 'a', 'pi:1', '<none>'])
  })
})
