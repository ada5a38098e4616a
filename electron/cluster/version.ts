/** Which Pilothouse this is, and which release of the Kubernetes API it serves. */
export const VERSION = '0.1.0'
export const kubernetesVersion = { major: '1', minor: '36', gitVersion: 'v1.36.0+pilothouse' } as const
