/** The container that changes the network of the engine's machine: as it is made where that is this machine, and where it is another. */
import { existsSync } from 'node:fs'
import type Docker from 'dockerode'
import { GATEWAY_IMAGE, PAUSE_IMAGE } from '../../images/builtin.ts'
import { labels } from '../types.ts'

const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib64', '/etc/alternatives']
/** Which iptables holds when it changes rules; shared with the machine's own. */
const LOCK = '/run/xtables.lock'
export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
export const ENVIRONMENT = [`PATH=${PATH}`, 'LC_ALL=C']
/** Where the root of another machine is mounted. */
export const ROOT = '/host'

export const helperName = (clusterId: string): string => `pilothouse-${clusterId}-network`

const common = (clusterId: string, image: string, host: Docker.HostConfig): Docker.ContainerCreateOptions => ({
  name: helperName(clusterId), Image: image, User: '0:0', Env: ENVIRONMENT, Healthcheck: { Test: ['NONE'] },
  Labels: { [labels.cluster]: clusterId, [labels.kind]: 'network-helper' },
  HostConfig: { NetworkMode: 'host', CapDrop: ['ALL'], ReadonlyRootfs: true, RestartPolicy: { Name: 'no' }, LogConfig: { Type: 'none', Config: {} }, ...host },
})

/** The machine's programs are mounted under their own paths. */
export const localHelper = (clusterId: string): Docker.ContainerCreateOptions => common(clusterId, PAUSE_IMAGE, {
  CapAdd: ['NET_ADMIN', 'NET_RAW'], SecurityOpt: ['no-new-privileges'],
  ...(existsSync(LOCK) ? {} : { Tmpfs: { '/run': 'size=64k' } }),
  Mounts: [
    ...SYSTEM.filter((path) => existsSync(path)).map((path) => ({ Type: 'bind' as const, Source: path, Target: path, ReadOnly: true })),
    ...(existsSync(LOCK) ? [{ Type: 'bind' as const, Source: LOCK, Target: LOCK, ReadOnly: false }] : []),
  ],
})

type Mount = Docker.MountSettings
const bind = (path: string, readOnly: boolean, more: object = {}): Mount => ({ Type: 'bind', Source: path, Target: `${ROOT}${path === '/' ? '' : path}`, ReadOnly: readOnly, ...(more as Pick<Mount, 'BindOptions'>) })
/**
 * What is mounted of another machine, the best first: its root as the engine sees it, which has the iptables that the engine uses itself,
 * with what is usually mounted there. Without what else is mounted: a copy of others' mounts would keep them from going away. Where that
 * is refused all of it, and at last nothing: then there are connections to pods and no rules.
 */
const MACHINE: readonly (readonly Mount[])[] = [
  [bind('/', true, { BindOptions: { NonRecursive: true } }), bind('/usr', true), bind('/proc', false), bind('/run', false)],
  [bind('/', true, { BindOptions: { ReadOnlyNonRecursive: true } })],
  [],
]
/** SYS_MODULE: for br_netfilter, which newer engines do not load. */
export const remoteHelpers = (clusterId: string): readonly Docker.ContainerCreateOptions[] => MACHINE.map((Mounts) => common(clusterId, GATEWAY_IMAGE, {
  CapAdd: ['NET_ADMIN', 'NET_RAW', 'SYS_CHROOT', 'SYS_MODULE'], SecurityOpt: ['no-new-privileges', 'label=disable'], Mounts: [...Mounts],
  Ulimits: [{ Name: 'nofile', Soft: 4096, Hard: 4096 }],
}))
