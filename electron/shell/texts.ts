/** The few words that the native parts of the app show, in both languages; the rest belongs to the renderer. */
import type { ClusterState, Settings } from '../../shared/ipc.ts'

const en = {
  open: 'Open Pilothouse', quit: 'Quit Pilothouse', file: 'File', edit: 'Edit', view: 'View', window: 'Window', help: 'Help', copyKubeconfig: 'Copy Path of kubeconfig', openData: 'Open Data Folder',
  starting: 'Cluster is starting', ready: 'Cluster is ready', stopping: 'Cluster is stopping', stopped: 'Cluster is stopped', failed: 'Cluster failed to start', noEngine: 'Docker engine is not running',
  crashTitle: 'A pod keeps crashing', crashBody: (pod: string, container: string, restarts: number) => `Container ${container} of pod ${pod} has been restarted ${restarts} times.`,
}
export type Texts = typeof en
const ko: Texts = {
  open: 'Pilothouse 열기', quit: 'Pilothouse 종료', file: '파일', edit: '편집', view: '보기', window: '창', help: '도움말', copyKubeconfig: 'kubeconfig 경로 복사', openData: '데이터 폴더 열기',
  starting: '클러스터를 시작하는 중입니다', ready: '클러스터가 준비되었습니다', stopping: '클러스터를 멈추는 중입니다', stopped: '클러스터가 멈추었습니다', failed: '클러스터를 시작하지 못했습니다', noEngine: 'Docker 엔진이 실행되고 있지 않습니다',
  crashTitle: '파드가 계속 비정상 종료됩니다', crashBody: (pod, container, restarts) => `파드 ${pod}의 컨테이너 ${container}가 ${restarts}번 다시 시작되었습니다.`,
}

export const texts = (language: Settings['language'], locale: string): Texts => ((language === 'system' ? locale.startsWith('ko') : language === 'ko') ? ko : en)

/** One line for the tray. */
export function stateLine(t: Texts, state: ClusterState): string {
  if (state.phase === 'ready' && state.engine && !state.engine.available) return t.noEngine
  return t[state.phase]
}
