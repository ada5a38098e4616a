/** Leads what happens to pods and Services to the keys of the Services concerned. */
import type { Pod, Service } from '../../shared/api/types.ts'
import { keyOf } from '../client/index.ts'
import type { Informer } from '../client/types.ts'
import { selects, servingText } from './service-endpoints.ts'

export function followServices(services: Informer<Service>, pods: Informer<Pod>, enqueue: (key: string) => void): void {
  const add = (service: Service): void => enqueue(keyOf(service))
  const addSelecting = (pod: Pod): void => services.list(pod.metadata.namespace).forEach((s) => void (selects(s, pod) && add(s)))
  services.addHandlers({ onAdd: add, onUpdate: add, onDelete: add })
  pods.addHandlers({
    onAdd: addSelecting, onDelete: addSelecting,
    onUpdate(pod, old) {
      if (servingText(pod) === servingText(old)) return
      addSelecting(pod)
      if (JSON.stringify(pod.metadata.labels) !== JSON.stringify(old.metadata.labels)) addSelecting(old)
    },
  })
}
