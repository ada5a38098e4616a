/** Sizes and cores in Kubernetes' units, rounded for reading. */
export const formatCpu = (millis: number): string => (millis === 0 ? '0' : millis < 1000 ? `${millis}m` : String(Math.round(millis / 10) / 100))

const UNITS = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi']
/** `128Mi`, `1.5Gi`; at most one decimal, and none from ten on. */
export function formatBytes(count: number): string {
  let value = count
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${value >= 10 || Number.isInteger(value) ? Math.round(value) : Math.round(value * 10) / 10}${UNITS[unit] ?? ''}`
}
