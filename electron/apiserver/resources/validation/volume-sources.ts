/**
 * The sources that volumes of pods and PersistentVolumes have in common, and that nothing here can mount: what they must say. Source: core/v1 validation of
 * Kubernetes.
 */
import type { PersistentVolume, Volume } from '../../../../shared/api/types.ts'
import { field } from '../../../../shared/errors.ts'
import { dns1123Label, dns1123Subdomain } from '../../../../shared/labels.ts'
import type { Errors } from './common.ts'
import { noBacksteps, optionalOneOf, say } from './common.ts'

const MAX_DRIVER = 63
const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const IQN = [/^iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/, /^eui.[A-Za-z0-9]{16}$/, /^naa.[A-Za-z0-9]{32}$/]

/** Upstream's order, by which the first of several is the one that counts. */
export const VOLUME_SOURCES = [
  'emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi', 'glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs', 'quobyte', 'downwardAPI', 'fc',
  'flexVolume', 'configMap', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk', 'storageos', 'projected', 'scaleIO', 'csi', 'ephemeral', 'image',
] as const
export const PV_SOURCES = [
  'hostPath', 'gcePersistentDisk', 'awsElasticBlockStore', 'glusterfs', 'flocker', 'nfs', 'rbd', 'quobyte', 'cephfs', 'iscsi', 'cinder', 'fc', 'flexVolume', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume',
  'azureDisk', 'scaleIO', 'local', 'storageos', 'csi',
] as const

/** Fields that must be there. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  gitRepo: ['repository'], gcePersistentDisk: ['pdName'], awsElasticBlockStore: ['volumeID'], nfs: ['server', 'path'], iscsi: ['targetPortal', 'iqn'], glusterfs: ['endpoints', 'path'], rbd: ['monitors', 'image'],
  cinder: ['volumeID'], cephfs: ['monitors'], quobyte: ['registry', 'volume'], flexVolume: ['driver'], azureFile: ['secretName', 'shareName'], vsphereVolume: ['volumePath'], photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'], azureDisk: ['diskName', 'diskURI'], storageos: ['volumeName'], scaleIO: ['gateway', 'system', 'volumeName'],
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

function lun(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && (value < 0 || value > 255)) errors.push(field.invalid(`${path}.lun`, value, 'must be between 0 and 255, inclusive'))
}

/** A driver's name, whatever its letters. */
export function driverName(errors: Errors, path: string, name = ''): void {
  if (name === '') errors.push(field.required(path))
  if (name.length > MAX_DRIVER) errors.push(field.tooLong(path, MAX_DRIVER))
  say(errors, path, name, dns1123Subdomain(name.toLowerCase()))
}

export function hostPath(errors: Errors, path: string, given: NonNullable<Volume['hostPath']>): void {
  if (!given.path) return void errors.push(field.required(`${path}.path`))
  noBacksteps(errors, `${path}.path`, given.path)
  optionalOneOf(errors, `${path}.type`, given.type, HOST_PATH_TYPES)
}

type Shared = Volume | PersistentVolume['spec']

/** `name`: which of the sources. */
export function sharedSource(errors: Errors, path: string, name: string, v: Shared): void {
  const given = (v as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[name] ?? {}
  for (const key of REQUIRED[name] ?? []) if (isEmpty(given[key])) errors.push(field.required(`${path}.${key}`, key === 'registry' ? 'must be a host:port pair or multiple pairs separated by commas' : ''))
  if (name === 'nfs' && !String(given['path'] ?? '').startsWith('/')) errors.push(field.invalid(`${path}.path`, given['path'] ?? '', 'must be an absolute path'))
  if (name === 'hostPath' && v.hostPath) hostPath(errors, path, v.hostPath)
  if (name === 'iscsi' && v.iscsi) {
    const { iqn } = v.iscsi
    if (iqn && !/^(iqn|eui|naa)/.test(iqn)) errors.push(field.invalid(`${path}.iqn`, iqn, 'must be valid format starting with iqn, eui, or naa'))
    else if (iqn && !IQN.some((form) => form.test(iqn))) errors.push(field.invalid(`${path}.iqn`, iqn, 'must be valid format'))
    lun(errors, path, v.iscsi.lun)
    if ((v.iscsi.chapAuthDiscovery || v.iscsi.chapAuthSession) && !v.iscsi.secretRef) errors.push(field.required(`${path}.secretRef`))
  }
  if (name === 'fc' && v.fc) {
    const names = v.fc.targetWWNs ?? []
    const ids = v.fc.wwids ?? []
    if (!names.length && !ids.length) errors.push(field.required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'))
    if (names.length && ids.length) errors.push(field.invalid(`${path}.targetWWNs`, names, 'targetWWNs and wwids can not be specified simultaneously'))
    if (names.length && v.fc.lun === undefined) errors.push(field.required(`${path}.lun`, 'lun is required if targetWWNs is specified'))
    else if (names.length) lun(errors, path, v.fc.lun)
  }
  if (name === 'flocker' && v.flocker) {
    const { datasetName, datasetUUID } = v.flocker
    if (!datasetName && !datasetUUID) errors.push(field.required(path, 'one of datasetName and datasetUUID is required'))
    if (datasetName && datasetUUID) errors.push(field.invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
    if (datasetName?.includes('/')) errors.push(field.invalid(`${path}.datasetName`, datasetName, "must not contain '/'"))
  }
  if (name === 'storageos' && v.storageos) {
    const { volumeName, volumeNamespace } = v.storageos
    if (volumeName) say(errors, `${path}.volumeName`, volumeName, dns1123Label(volumeName))
    if (volumeNamespace) say(errors, `${path}.volumeNamespace`, volumeNamespace, dns1123Label(volumeNamespace))
  }
  for (const key of Object.keys(v.flexVolume?.options ?? {})) {
    if (name === 'flexVolume' && /\.(kubernetes|k8s)\.io$/i.test(`.${key.split('/')[0] ?? ''}`)) errors.push(field.invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'))
  }
}
