/** How long neither side of a stream may say anything, of whatever protocol: upstream's streaming-connection-idle-timeout. Pings are no talk. */
export const IDLE_MS = 4 * 3600_000
