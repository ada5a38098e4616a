/** The few words that the native parts of the app show, in both languages; the rest belongs to the renderer. */
import type { Alert } from '../../shared/alerts.ts'
import type { ClusterState, Settings } from '../../shared/ipc.ts'
import { saidKorean } from '../../shared/said.ts'

/** `shop/web`; of several pods, whose they are. */
const who = ({ object, owner, pods }: Alert): string => { const o = pods > 1 ? owner : object; return o.namespace ? `${o.namespace}/${o.name}` : o.name }

export interface Extent { readonly revision: number; readonly keys: number }
export type Saved = Extent & { readonly file: string }
/** What a message says, and its smaller print. */
export interface Told { readonly message: string; readonly detail: string }

const en = {
  open: 'Open Pilothouse', quit: 'Quit Pilothouse', file: 'File', edit: 'Edit', view: 'View', window: 'Window', help: 'Help', copyKubeconfig: 'Copy Path of kubeconfig', openData: 'Open Data Folder',
  saveSnapshot: 'Save Snapshot…', restoreSnapshot: 'Restore Snapshot…', restore: 'Restore', cancel: 'Cancel', snapshotFiles: 'Snapshots', allFiles: 'All Files',
  saved: (s: Saved): Told => ({ message: 'The snapshot is saved', detail: `${s.keys} objects at revision ${s.revision}\n${s.file}` }),
  notSaved: (why: string): Told => ({ message: 'No snapshot was saved', detail: why }),
  confirmRestore: (s: Saved, now: Extent): Told => ({
    message: 'Put this snapshot in the place of the cluster?',
    detail: `${s.file}\nholds ${s.keys} objects at revision ${s.revision}. The cluster has ${now.keys} objects at revision ${now.revision}: ${now.revision > s.revision ? `${now.revision - s.revision} changes since then are lost` : 'all of that is replaced'}. What was made since goes, with its pods; what was deleted comes back, without the data of its volumes.\n\nThe cluster starts again; pods that are in the snapshot go on running. The present state is kept in the data folder.`,
  }),
  restored: (s: Saved, kept: string | undefined): Told => ({ message: 'The snapshot is restored', detail: `${s.keys} objects of revision ${s.revision}${kept ? `\nThe state before it is kept in ${kept}` : ''}` }),
  notRestored: (why: string): Told => ({ message: 'The snapshot was not restored', detail: why }),
  starting: 'Cluster is starting', ready: 'Cluster is ready', stopping: 'Cluster is stopping', stopped: 'Cluster is stopped', failed: 'Cluster failed to start', noEngine: 'Docker engine is not running',
  alert(a: Alert): { title: string; body: string } {
    const several = a.pods > 1 ? `${a.pods} pods of ${who(a)}` : `pod ${who(a)}`
    switch (a.rule) {
      case 'CrashLoop': return { title: 'A pod keeps crashing', body: a.pods > 1 ? `Container ${a.container} of ${several} keeps crashing.` : `Container ${a.container} of pod ${who(a)} has been restarted ${a.count} times.` }
      case 'OutOfMemory': return { title: 'A container ran out of memory', body: `Container ${a.container} of ${several} was killed. Raise its memory limit.` }
      case 'ImagePull': return { title: 'An image cannot be pulled', body: `Container ${a.container} of ${several}: ${a.detail}` }
      case 'Pending': return { title: 'A pod does not start', body: `${several[0]?.toUpperCase()}${several.slice(1)} waits: ${a.detail}` }
      case 'NodeNotReady': return { title: 'A node is not ready', body: `${who(a)}: ${a.detail}` }
      case 'DiskFull': return { title: 'The disk is nearly full', body: `Node ${who(a)} begins to remove pods and images.` }
      case 'CertificateExpiry': return { title: a.count ? 'A certificate is about to expire' : 'A certificate expires today or has expired', body: `${who(a)}: ${a.detail.slice(0, 10)}` }
    }
  },
}
export type Texts = typeof en
const ko: Texts = {
  open: 'Pilothouse 열기', quit: 'Pilothouse 종료', file: '파일', edit: '편집', view: '보기', window: '창', help: '도움말', copyKubeconfig: 'kubeconfig 경로 복사', openData: '데이터 폴더 열기',
  saveSnapshot: '스냅샷 저장…', restoreSnapshot: '스냅샷 복원…', restore: '복원', cancel: '취소', snapshotFiles: '스냅샷', allFiles: '모든 파일',
  saved: (s) => ({ message: '스냅샷을 저장했습니다', detail: `리비전 ${s.revision}의 객체 ${s.keys}개\n${s.file}` }),
  notSaved: (why) => ({ message: '스냅샷을 저장하지 못했습니다', detail: why }),
  confirmRestore: (s, now) => ({
    message: '클러스터의 상태를 이 스냅샷으로 바꾸시겠습니까?',
    detail: `${s.file}\n리비전 ${s.revision}의 객체 ${s.keys}개가 들어 있습니다. 클러스터에는 리비전 ${now.revision}의 객체 ${now.keys}개가 있으며, ${now.revision > s.revision ? `그 뒤의 변경 ${now.revision - s.revision}건이 사라집니다` : '모두 바뀝니다'}. 그 뒤에 만든 것은 파드와 함께 사라지고, 지운 것은 볼륨의 데이터 없이 돌아옵니다.\n\n클러스터가 다시 시작되며, 스냅샷에 있는 파드는 계속 실행됩니다. 지금의 상태는 데이터 폴더에 보관됩니다.`,
  }),
  restored: (s, kept) => ({ message: '스냅샷을 복원했습니다', detail: `리비전 ${s.revision}의 객체 ${s.keys}개${kept ? `\n이전 상태는 ${kept}에 보관됩니다` : ''}` }),
  notRestored: (why) => ({ message: '스냅샷을 복원하지 못했습니다', detail: why }),
  starting: '클러스터를 시작하는 중입니다', ready: '클러스터가 준비되었습니다', stopping: '클러스터를 멈추는 중입니다', stopped: '클러스터가 멈추었습니다', failed: '클러스터를 시작하지 못했습니다', noEngine: 'Docker 엔진이 실행되고 있지 않습니다',
  alert(a) {
    const several = a.pods > 1 ? `${who(a)}의 파드 ${a.pods}개` : `파드 ${who(a)}`
    switch (a.rule) {
      case 'CrashLoop': return { title: '파드가 계속 비정상 종료됩니다', body: a.pods > 1 ? `${several}의 컨테이너 ${a.container}가 계속 비정상 종료됩니다.` : `파드 ${who(a)}의 컨테이너 ${a.container}가 ${a.count}번 다시 시작되었습니다.` }
      case 'OutOfMemory': return { title: '컨테이너의 메모리가 부족했습니다', body: `${several}의 컨테이너 ${a.container}가 종료되었습니다. 메모리 상한을 올리세요.` }
      case 'ImagePull': return { title: '이미지를 가져올 수 없습니다', body: `${several}의 컨테이너 ${a.container}: ${saidKorean(a.detail)}` }
      case 'Pending': return { title: '파드가 시작되지 않습니다', body: `${several} 대기 중: ${saidKorean(a.detail)}` }
      case 'NodeNotReady': return { title: '노드가 준비되지 않았습니다', body: `${who(a)}: ${saidKorean(a.detail)}` }
      case 'DiskFull': return { title: '디스크가 거의 찼습니다', body: `노드 ${who(a)}에서 파드와 이미지를 지우기 시작합니다.` }
      case 'CertificateExpiry': return { title: a.count ? '인증서가 곧 만료됩니다' : '인증서가 오늘 만료되거나 이미 만료되었습니다', body: `${who(a)}: ${a.detail.slice(0, 10)}` }
    }
  },
}

export const texts = (language: Settings['language'], locale: string): Texts => ((language === 'system' ? locale.startsWith('ko') : language === 'ko') ? ko : en)

/** One line for the tray. */
export function stateLine(t: Texts, state: ClusterState): string {
  if (state.phase === 'ready' && state.engine && !state.engine.available) return t.noEngine
  return t[state.phase]
}
