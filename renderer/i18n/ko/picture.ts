/** Korean: the living diagram, and the cluster at a glance. */
import type { picture as english } from '../en/picture.ts'

export const picture: Record<keyof typeof english, string> = {
  'architecture.perSecond': '초당 요청 {{rate}}건',
  'architecture.writesPerSecond': '초당 쓰기 {{rate}}건',
  'architecture.answersPerSecond': '초당 응답 {{rate}}건',
  'architecture.stepsPerSecond': '초당 결정 {{rate}}건',
  'architecture.proxy': 'kube-proxy',
  'architecture.proxyWhat': '서비스 주소를 파드로 이어 줍니다',
  'architecture.dns': '클러스터 DNS',
  'architecture.dnsWhat': '서비스와 파드의 이름을 주소로 바꿉니다',
  'architecture.ingress': '인그레스',
  'architecture.ingressWhat': '호스트와 경로에 따라 웹 요청을 들입니다',
  'architecture.network': '파드 네트워크',
  'architecture.networkWhat': '모든 파드가 닿을 수 있는 주소를 파드마다 줍니다',
  'architecture.metrics': '메트릭',
  'architecture.metricsWhat': '노드와 파드의 사용량을 잽니다',
  'architecture.logging': '로깅',
  'architecture.loggingWhat': '컨테이너가 쓰는 것을 보관합니다',

  'architecture.lately': '최근 요청',
  'architecture.quiet': '다음 요청을 기다립니다.',

  'overview.troubles': '살펴볼 것',
  'overview.noTroubles': '없습니다. 모든 워크로드가 요청한 대로입니다.',
}
