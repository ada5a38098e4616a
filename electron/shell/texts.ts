/** The few words that the native parts of the app show, in both languages; the rest belongs to the renderer. */
import type { Alert } from '../../shared/alerts.ts'
import type { ClusterState, Settings } from '../../shared/ipc.ts'

/** `shop/web`; of several pods, whose they are. */
const who = ({ object, owner, pods }: Alert): string => { const o = pods > 1 ? owner : object; return o.namespace ? `${o.namespace}/${o.name}` : o.name }

const en = {
  open: 'Open Pilothouse', quit: 'Quit Pilothouse', file: 'File', edit: 'Edit', view: 'View', window: 'Window', help: 'Help', copyKubeconfig: 'Copy Path of kubeconfig', openData: 'Open Data Folder',
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
  starting: '클러스터를 시작하는 중입니다', ready: '클러스터가 준비되었습니다', stopping: '클러스터를 멈추는 중입니다', stopped: '클러스터가 멈추었습니다', failed: '클러스터를 시작하지 못했습니다', noEngine: 'Docker 엔진이 실행되고 있지 않습니다',
  alert(a) {
    const several = a.pods > 1 ? `${who(a)}의 파드 ${a.pods}개` : `파드 ${who(a)}`
    switch (a.rule) {
      case 'CrashLoop': return { title: '파드가 계속 비정상 종료됩니다', body: a.pods > 1 ? `${several}의 컨테이너 ${a.container}가 계속 비정상 종료됩니다.` : `파드 ${who(a)}의 컨테이너 ${a.container}가 ${a.count}번 다시 시작되었습니다.` }
      case 'OutOfMemory': return { title: '컨테이너의 메모리가 부족했습니다', body: `${several}의 컨테이너 ${a.container}가 종료되었습니다. 메모리 상한을 올리세요.` }
      case 'ImagePull': return { title: '이미지를 가져올 수 없습니다', body: `${several}의 컨테이너 ${a.container}: ${a.detail}` }
      case 'Pending': return { title: '파드가 시작되지 않습니다', body: `${several} 대기 중: ${a.detail}` }
      case 'NodeNotReady': return { title: '노드가 준비되지 않았습니다', body: `${who(a)}: ${a.detail}` }
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
