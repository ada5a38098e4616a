/** projected: files of several sources in one volume, service account tokens among them. */
import { addConfigMap, type ConfigMapSource } from './config-map.ts'
import { addDownward } from './downward-api.ts'
import { commonUser, DEFAULT_MODE, payloadVolume } from './payload.ts'
import { addSecret, type SecretSource } from './secret.ts'
import { safePath, VolumeError } from './types.ts'

/** A token is for its user alone, where it is known who that is. Source: kubernetes pkg/volume/projected collectData. */
const TOKEN_MODE = 0o600

export const projected = payloadVolume(async (volume, context, into) => {
  const mode = volume.projected?.defaultMode ?? DEFAULT_MODE
  for (const s of volume.projected?.sources ?? []) {
    if (s.serviceAccountToken) {
      const uid = commonUser(context.pod)
      const own = uid !== undefined || context.pod.spec.securityContext?.fsGroup !== undefined
      const bytes = Buffer.from(await context.token(s.serviceAccountToken))
      into.set(safePath(s.serviceAccountToken.path), { bytes, mode: own ? TOKEN_MODE : mode, ...(uid === undefined ? {} : { uid }) })
    } else if (s.configMap) addConfigMap(s.configMap as ConfigMapSource, mode, context, into)
    else if (s.secret) addSecret(s.secret as SecretSource, mode, context, into)
    else if (s.downwardAPI) addDownward(s.downwardAPI.items, mode, context, into)
    else throw new VolumeError('this kind of projected source is not supported by this node')
  }
})
