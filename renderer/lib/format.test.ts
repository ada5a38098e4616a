import { describe, expect, it } from 'vitest'
import { formatBytes, formatCpu } from './format.ts'

describe('formatCpu', () => {
  it.each([[0, '0'], [250, '250m'], [1000, '1'], [1500, '1.5'], [12_340, '12.34']])('%d is %s', (millis, text) => expect(formatCpu(millis)).toBe(text))
})
describe('formatBytes', () => {
  it.each([[0, '0'], [512, '512'], [1024, '1Ki'], [134_217_728, '128Mi'], [1_610_612_736, '1.5Gi'], [16_492_674_416, '15Gi']])('%d is %s', (count, text) => expect(formatBytes(count)).toBe(text))
})
