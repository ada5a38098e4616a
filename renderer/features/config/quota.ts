/** A quota, line by line. */
import type { ResourceQuota } from '../../../shared/api/types.ts'
import { bytes, cpuMillis } from '../../../shared/quantity.ts'

export interface QuotaLine {
  name: string
  used: string
  hard: string
  /** 1: all of it. */
  share: number
}
export function quotaLines(q: ResourceQuota): QuotaLine[] {
  return Object.entries(q.status?.hard ?? q.spec?.hard ?? {}).map(([name, hard]) => {
    const used = q.status?.used?.[name] ?? '0'
    const amount = name.endsWith('cpu') ? cpuMillis : bytes
    return { name, used, hard, share: amount(hard) > 0 ? amount(used) / amount(hard) : 1 }
  }).sort((a, b) => (a.name < b.name ? -1 : 1))
}
