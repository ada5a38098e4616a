/** The page of logs for some pods: `/logs/default:web-1,default:web-2`; a component has no namespace. */
export const logsAddress = (keys: readonly string[]): string => `/logs/${keys.map((k) => k.replace('/', ':')).join(',')}`
/** The keys of a LogQuery's `pods` that an address asks for. */
export const asked = (selection: string | undefined): string[] => (selection ?? '').split(',').filter((s) => s !== '').map((s) => s.replace(':', '/'))
