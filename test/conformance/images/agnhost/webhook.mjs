// An admission webhook server over TLS: /always-deny, /add-label, /pods and /configmaps (deny what is labelled or has data
// "webhook-e2e-test": "webhook-disallow"), /mutating-pods and /mutating-configmaps, /exit, /crdconvert, /always-allow-delay-5s.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const patch = (operations) => ({ allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') })
const deny = (message) => ({ allowed: false, status: { message, reason: message } })
const labels = (request) => request.object?.metadata?.labels ?? {}

const hooks = {
  '/always-deny': () => deny('this webhook denies all requests'),
  '/always-allow-delay-5s': () => new Promise((resolve) => setTimeout(() => resolve({ allowed: true }), 5000)),
  '/add-label': (r) => (labels(r)['added-label'] ? { allowed: true } : patch([r.object.metadata.labels ? { op: 'add', path: '/metadata/labels/added-label', value: 'yes' } : { op: 'add', path: '/metadata/labels', value: { 'added-label': 'yes' } }])),
  '/pods': (r) => (r.operation === 'CREATE' && labels(r)['webhook-e2e-test'] === 'webhook-disallow' ? deny('the pod contains unwanted label; ') : r.object?.spec?.containers?.some((c) => c.name.includes('webhook-disallow')) ? deny('the pod contains unwanted container name; ') : { allowed: true }),
  '/configmaps': (r) => (Object.values(r.object?.data ?? {}).includes('webhook-disallow') ? deny('the configmap contains unwanted key and value') : { allowed: true }),
  '/mutating-pods': (r) => patch([{ op: 'add', path: '/spec/initContainers', value: [{ image: r.object.spec.containers[0].image, name: 'webhook-added-init-container', resources: {} }] }]),
  '/mutating-configmaps': (r) => patch([...(r.object.data?.['mutation-start'] === 'yes' ? [{ op: 'add', path: '/data/mutation-stage-1', value: 'yes' }] : []), ...(r.object.data?.['mutation-stage-1'] === 'yes' ? [{ op: 'add', path: '/data/mutation-stage-2', value: 'yes' }] : [])]),
  '/custom-resource': (r) => (r.object?.data?.['webhook-e2e-test'] === 'webhook-disallow' ? deny('the custom resource contains unwanted data') : { allowed: true }),
}

/** Between versions v1 (hostPort: "host:port") and v2 (host and port). */
function convert(review) {
  const to = review.desiredAPIVersion
  const convertedObjects = review.objects.map((o) => {
    const { host, port, hostPort, ...rest } = o
    const fields = to.endsWith('/v2') && hostPort ? { host: hostPort.split(':')[0], port: hostPort.split(':')[1] } : to.endsWith('/v1') && host ? { hostPort: `${host}:${port}` } : { host, port, hostPort }
    return { ...rest, ...fields, apiVersion: to }
  })
  return { uid: review.uid, convertedObjects, result: { status: 'Success' } }
}

export default function webhook(values) {
  const options = { cert: readFileSync(values['tls-cert-file']), key: readFileSync(values['tls-private-key-file']) }
  createServer(options, (req, res) => {
    let text = ''
    req.on('data', (d) => { text += d }).on('end', async () => {
      const path = req.url.split('?')[0]
      if (path === '/readyz') return res.end('ok')
      const review = JSON.parse(text)
      console.log(path, review.request?.operation ?? '', review.request?.resource?.resource ?? '', review.request?.name ?? '')
      res.setHeader('content-type', 'application/json')
      if (path === '/crdconvert') return res.end(JSON.stringify({ ...review, response: convert(review.request) }))
      const hook = hooks[path]
      if (!hook) return res.writeHead(404).end('{}')
      res.end(JSON.stringify({ apiVersion: review.apiVersion, kind: review.kind, response: { uid: review.request.uid, ...(await hook(review.request)) } }))
    })
  }).listen(Number(values.port ?? 8443), () => console.log('webhook server started'))
}
