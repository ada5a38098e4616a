import { expect, it } from 'vitest'
import type { Pod } from '../../shared/api/types.ts'
import { createKubeletCounts } from '../kubelet/counts.ts'
import { kubeletText } from './kubelet-metrics.ts'

const pod = (nodeName: string, phase = 'Running') => ({ metadata: {}, spec: { nodeName }, status: { phase } }) as unknown as Pod

it('each kubelet by its node, with what it asked the engine for, how long pods took, and how full claims are', async () => {
  const counts = createKubeletCounts()
  counts.operated('pull_image', 3_000, true)
  counts.operated('pull_image', 10, false)
  counts.started(1_500)
  counts.worked('create', 200)
  const amounts = (n: number) => ({ capacity: n, available: n + 1, used: n + 2 })
  const numbers = { counts, containers: new Map([['running', 2], ['exited', 1]] as const), claims: [{ namespace: 'shop', name: 'data', bytes: amounts(100), inodes: amounts(10) }] }
  const text = await kubeletText({ names: ['a', 'hollow', 'gone'], pods: [pod('a'), pod('a'), pod('a', 'Pending'), pod('hollow'), pod('other')], numbers: (node) => (node === 'a' ? Promise.resolve(numbers) : node === 'hollow' ? Promise.resolve({ counts: undefined, containers: new Map([['running', 1]] as const), claims: [] }) : undefined) })
  expect(text.split('\n')).toEqual(expect.arrayContaining([
    'kubelet_node_name{node="a"} 1', 'kubelet_node_name{node="hollow"} 1', 'kubelet_running_pods{node="a"} 2', 'kubelet_running_pods{node="hollow"} 1', 'kubelet_running_pods{node="gone"} 0',
    'kubelet_running_containers{container_state="running",node="a"} 2', 'kubelet_running_containers{container_state="exited",node="a"} 1', 'kubelet_running_containers{container_state="running",node="hollow"} 1',
    'kubelet_runtime_operations_total{operation_type="pull_image",node="a"} 2', 'kubelet_runtime_operations_errors_total{operation_type="pull_image",node="a"} 1',
    'kubelet_runtime_operations_duration_seconds_bucket{operation_type="pull_image",node="a",le="0.0125"} 1', 'kubelet_runtime_operations_duration_seconds_sum{operation_type="pull_image",node="a"} 3.01',
    'kubelet_pod_start_duration_seconds_bucket{node="a",le="1"} 0', 'kubelet_pod_start_duration_seconds_bucket{node="a",le="2"} 1', 'kubelet_pod_worker_duration_seconds_bucket{operation_type="create",node="a",le="0.25"} 1',
    'kubelet_volume_stats_capacity_bytes{namespace="shop",persistentvolumeclaim="data",node="a"} 100', 'kubelet_volume_stats_available_bytes{namespace="shop",persistentvolumeclaim="data",node="a"} 101', 'kubelet_volume_stats_used_bytes{namespace="shop",persistentvolumeclaim="data",node="a"} 102',
    'kubelet_volume_stats_inodes{namespace="shop",persistentvolumeclaim="data",node="a"} 10', 'kubelet_volume_stats_inodes_free{namespace="shop",persistentvolumeclaim="data",node="a"} 11', 'kubelet_volume_stats_inodes_used{namespace="shop",persistentvolumeclaim="data",node="a"} 12',
  ]))
  expect(text).not.toMatch(/^kubelet_(runtime|pod_)\w*\{.*node="(hollow|gone)"/m)
})
