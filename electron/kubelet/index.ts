/** The kubelet: what the other rooms and the composition root need of it. */
export { createKubelet, type Kubelet, type KubeletOptions } from './kubelet.ts'
export { DEFAULT_PODS, type Capacity, type EngineSize } from './node-status.ts'
export { clearNode, powerOff } from './power.ts'
export { createDockerRuntime, networkName, type DockerRuntimeOptions } from './runtime/docker/index.ts'
export { createHollowRuntime, type HollowOptions, type HollowRuntime } from './runtime/hollow/index.ts'
export { ensureBuiltinImages, HELLO_IMAGE, PAUSE_IMAGE } from './images/builtin.ts'
export { familiarImageReference, normalizeImageReference, parseImageReference } from './runtime/image-reference.ts'
