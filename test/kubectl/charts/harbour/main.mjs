// The manager: one of its replicas leads, by a Lease, as client-go's leader election does.
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { hostname } from 'node:os'

const read = (name) => readFileSync(`/var/run/secrets/kubernetes.io/serviceaccount/${name}`, 'utf8')
const leases = `/apis/coordination.k8s.io/v1/namespaces/${read('namespace')}/leases`
const me = hostname()
const now = () => new Date().toISOString().replace('Z', '000Z')
const ask = (method, path, body) => new Promise((resolve, reject) => {
  const request = https.request({ host: process.env.KUBERNETES_SERVICE_HOST, port: process.env.KUBERNETES_SERVICE_PORT, method, path, ca: read('ca.crt'), headers: { authorization: `Bearer ${read('token')}`, 'content-type': 'application/json' } }, (response) => {
    let text = ''
    response.on('data', (d) => { text += d }).on('end', () => resolve({ code: response.statusCode, body: JSON.parse(text) }))
  })
  request.on('error', reject)
  request.end(body && JSON.stringify(body))
})
async function round() {
  const { code, body: lease } = await ask('GET', `${leases}/harbour`)
  if (code === 404) return ask('POST', leases, { metadata: { name: 'harbour' }, spec: { holderIdentity: me, leaseDurationSeconds: 3, acquireTime: now(), renewTime: now(), leaseTransitions: 0 } })
  if (code !== 200) throw new Error(lease.message)
  const { spec } = lease
  const mine = spec.holderIdentity === me
  if (!mine && Date.now() - Date.parse(spec.renewTime) < spec.leaseDurationSeconds * 1000) return
  // Who else does so at the same time is refused: the lease carries its version.
  await ask('PUT', `${leases}/harbour`, { ...lease, spec: { ...spec, renewTime: now(), ...(mine ? {} : { holderIdentity: me, acquireTime: now(), leaseTransitions: spec.leaseTransitions + 1 }) } })
}
const loop = () => round().catch((e) => console.log(e.message)).finally(() => setTimeout(loop, 1000))
process.on('SIGTERM', () => process.exit(0))
loop()
