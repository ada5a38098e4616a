import type Docker from 'dockerode'
import { expect, it } from 'vitest'
import { statsOf } from './stats.ts'

const eth = (n: number) => ({ rx_bytes: n, rx_packets: 2, rx_errors: 3, rx_dropped: 4, tx_bytes: 5, tx_packets: 6, tx_errors: 7, tx_dropped: 8 })
const said = (more: object): Docker.ContainerStats => ({ read: '2026-01-01T00:00:07Z', cpu_stats: { cpu_usage: { total_usage: 9 } }, memory_stats: { usage: 1000 }, ...more }) as unknown as Docker.ContainerStats
const plain = { containerId: 'c', time: Date.parse('2026-01-01T00:00:07Z'), cpuNanos: 9, memoryBytes: 1000, readBytes: 0, writeBytes: 0 }

it.each([
  ['of an engine that says little', {}, plain],
  ['of cgroup v1', { memory_stats: { usage: 1000, stats: { total_inactive_file: 100, inactive_file: 1, total_rss: 700, total_cache: 250, anon: 1, file: 1 } } }, { ...plain, memoryBytes: 900, memory: { usage: 1000, rss: 700, cache: 250 } }],
  ['of cgroup v2', { memory_stats: { usage: 1000, stats: { inactive_file: 100, anon: 700, file: 250 } } }, { ...plain, memoryBytes: 900, memory: { usage: 1000, rss: 700, cache: 250 } }],
  ['held to its limit', { cpu_stats: { cpu_usage: { total_usage: 9 }, throttling_data: { periods: 10, throttled_periods: 4, throttled_time: 5000 } } }, { ...plain, throttling: { periods: 10, throttled: 4, nanos: 5000 } }],
  ['with two networks', { networks: { eth0: eth(1), eth1: eth(10) } }, { ...plain, rxBytes: 11, txBytes: 10, packets: { rx: { total: 4, errors: 6, dropped: 8 }, tx: { total: 12, errors: 14, dropped: 16 } } }],
  ['with disks', { blkio_stats: { io_service_bytes_recursive: [{ op: 'Read', value: 3 }, { op: 'read', value: 4 }, { op: 'write', value: 5 }, { op: 'sync', value: 9 }] } }, { ...plain, readBytes: 7, writeBytes: 5 }],
  ['of one that does not run', { memory_stats: {} }, undefined],
])('%s', (_title, more, expected) => expect(statsOf('c', said(more))).toEqual(expected))
