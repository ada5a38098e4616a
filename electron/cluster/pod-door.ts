/**
 * The API server as pods see it: the same HTTPS door on the address that this machine has on the pod bridge, where
 * `kubernetes.default.svc` leads. It opens when the bridge is there, and on no other interface.
 */
import { healthText } from '../../shared/component-health.ts'
import { logger } from '../../shared/log.ts'
import type { Clock } from '../../shared/clock.ts'
import type { ServeHandle } from '../apiserver/https.ts'
import type { Component } from '../client/component.ts'
import type { PodGateway } from '../kubelet/runtime/capabilities.ts'
import { keepOpen } from '../client/keep-open.ts'
import type { ControlPlane } from './control-plane.ts'

/** @param far where the bridge is another machine's: who listens there */
export function createPodDoor(plane: Pick<ControlPlane, 'serveOn'>, gateway: string, clock: Clock, far?: PodGateway): Component & { hint(): void } {
  const log = logger('kube-apiserver')
  let failures = 0
  const door = keepOpen<ServeHandle>({
    clock,
    open: () => plane.serveOn(gateway, far && ((port, accept) => far.listenTcp({ host: gateway, port }, accept, { allowHalfOpen: true }))),
    close: (opened) => opened.close(),
    onOpen(opened) {
      failures = 0
      log.info('listening for pods', { address: gateway, port: opened.port })
    },
    onFailure(error, retryInMs) {
      if (failures++ === 0) log.info('the door for pods waits for the pod bridge', { address: gateway, error, retryInMs: Math.round(retryInMs) })
    },
  })
  return {
    name: 'pod door',
    start: () => door.start(),
    stop: () => door.stop(),
    hint: () => door.hint(),
    health() {
      if (door.opened) return { healthy: true, message: healthText('door', { address: `${gateway}:${door.opened.port}` }) }
      const why = door.failure instanceof Error ? door.failure.message : healthText('opening')
      return { healthy: false, message: healthText('door.closed', { why }) }
    },
  }
}
