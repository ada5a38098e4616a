/** RFC 3339 with nine digits. @param time whole milliseconds since 1970 @param nanos nanoseconds within */
export const formatNanos = (time: number, nanos: number): string => `${new Date(time).toISOString().slice(0, 23)}${String(nanos).padStart(6, '0')}Z`
