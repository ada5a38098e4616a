/** The ingress controller, with a client and informers of its own name. */
import type { Component } from '../client/component.ts'
import type { Dial } from '../client/dial.ts'
import { createEventRecorder, createInformerFactory } from '../client/index.ts'
import { createIngressController } from '../ingress/index.ts'
import type { BuildContext } from './context.ts'
import type { ControlPlane } from './control-plane.ts'

const USER = 'system:ingress'

export function buildIngress({ clock, teardown }: BuildContext, plane: ControlPlane, dial: Dial | undefined): Component & { metrics(): Promise<string> } {
  const client = plane.clients.clientFor(USER)
  const informers = createInformerFactory(client, clock)
  const events = createEventRecorder(client, { component: 'ingress', clock })
  teardown.add(`informers of ${USER}`, () => informers.stop())
  teardown.add('events of ingress', () => events.stop())
  return createIngressController({ client, informers, clock, events, fallback: () => plane.ingressCertificate(), dial })
}
