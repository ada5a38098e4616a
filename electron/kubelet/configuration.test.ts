import { expect, it } from 'vitest'
import { kubeletConfiguration } from './configuration.ts'

const facts = { maxPods: 110, taints: [], syncMs: 60_000, reportMs: 300_000 }
it('is what this kubelet does', () => {
  expect(kubeletConfiguration({ ...facts, network: { dnsIP: '10.96.0.10', clusterDomain: 'cluster.local' } })).toMatchObject({
    kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', maxPods: 110, clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', syncFrequency: '1m0s', nodeStatusReportFrequency: '5m0s', nodeLeaseDurationSeconds: 40,
    evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1Gi', 'pid.available': '5%' }, imageGCHighThresholdPercent: 85, imageGCLowThresholdPercent: 80, imageMinimumGCAge: '2m0s',
  })
})
it('says nothing of what it has not', () => {
  expect(kubeletConfiguration(facts)).not.toHaveProperty('clusterDNS')
  expect(kubeletConfiguration(facts)).not.toHaveProperty('registerWithTaints')
  expect(kubeletConfiguration({ ...facts, taints: [{ key: 'a', effect: 'NoSchedule' }] })).toHaveProperty('registerWithTaints', [{ key: 'a', effect: 'NoSchedule' }])
})
