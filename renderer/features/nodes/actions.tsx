/** What can be done to a node; each says first what it will do. */
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { LocalNode } from '../../../shared/api/local-node.ts'
import { LocalNodes, Nodes } from '../../../shared/api/resources.ts'
import type { Node } from '../../../shared/api/types.ts'
import { useApi } from '../../cache/hooks.ts'
import { ActionDialog } from '../../ui/ActionDialog.tsx'
import { Said } from '../../ui/Said.tsx'
import { say } from '../../ui/snack.tsx'
import { drainNode, type DrainProgress } from './drain.ts'
import { powerOf } from './local.ts'

export type NodeActionName = 'stop' | 'start' | 'remove' | 'cordon' | 'uncordon' | 'drain' | 'delete'

/** The actions that make sense now, in the order of their buttons. `node` undefined: it has never been on. */
export function actionsFor(node: Node | undefined, local: LocalNode | undefined): NodeActionName[] {
  const power = powerOf(local)
  if (power === 'removing') return []
  const own: NodeActionName[] = power === 'elsewhere' ? ['delete'] : [local?.spec.running ? 'stop' : 'start', 'remove']
  return node ? [node.spec?.unschedulable ? 'uncordon' : 'cordon', 'drain', ...own] : own
}
const DANGEROUS: ReadonlySet<NodeActionName> = new Set(['remove', 'delete', 'stop'])

export function NodeButtons({ node, local, onChoose }: { node: Node | undefined; local: LocalNode | undefined; onChoose: (action: NodeActionName) => void }) {
  const { t } = useTranslation()
  return actionsFor(node, local).map((a) => <Button key={a} variant="outlined" {...(DANGEROUS.has(a) ? { color: 'error' as const } : {})} onClick={() => onChoose(a)}>{t(`nodes.action.${a}`)}</Button>)
}

export function NodeAction({ action, name, pods, onClose }: { action: NodeActionName; name: string; pods: number; onClose: () => void }) {
  const { t } = useTranslation()
  const api = useApi()
  const [progress, setProgress] = useState<DrainProgress>()
  const aborter = useRef(new AbortController())
  // Leaving the page ends the waiting; what was evicted stays evicted.
  useEffect(() => () => aborter.current.abort(), [])
  const where = { name }
  const runs: Record<NodeActionName, () => Promise<unknown>> = {
    stop: () => api.patch(LocalNodes, where, { spec: { running: false } }),
    start: () => api.patch(LocalNodes, where, { spec: { running: true } }),
    remove: () => api.remove(LocalNodes, where),
    cordon: () => api.patch(Nodes, where, { spec: { unschedulable: true } }),
    uncordon: () => api.patch(Nodes, where, { spec: { unschedulable: null } }),
    drain: () => drainNode(api, name, setProgress, aborter.current.signal),
    delete: () => api.remove(Nodes, where),
  }
  return (
    <ActionDialog
      title={`${t(`nodes.action.${action}`)}: ${name}`} confirm={t(`nodes.action.${action}`)} dangerous={DANGEROUS.has(action)} onClose={onClose}
      run={async () => { await runs[action](); say(t(`nodes.done.${action}`, { name })) }}
    >
      <Typography>{t(`nodes.body.${action}`, { name })}</Typography>
      {(action === 'drain' || action === 'stop' || action === 'remove') && <Typography color="textSecondary">{t('nodes.podsThere', { count: progress?.left ?? pods })}</Typography>}
      {progress !== undefined && progress.blocked !== '' && <Typography role="status" color="warning"><Said text={progress.blocked} /></Typography>}
    </ActionDialog>
  )
}
