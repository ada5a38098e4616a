/** Korean: charts of what pods and nodes use. */
import type { usage as english } from '../en/usage.ts'

export const usage: Record<keyof typeof english, string> = {
  'usage.title': '최근 1시간 사용량',
  'usage.cpu': 'CPU',
  'usage.memory': '메모리',
  'usage.used': '사용',
  'usage.requested': '요청',
  'usage.limit': '상한',
  'usage.allocatable': '할당 가능',
  'usage.network': '네트워크',
  'usage.received': '수신',
  'usage.sent': '송신',
  'usage.none': '아직 측정된 값이 없습니다. 실행 중인 컨테이너는 15초마다 측정됩니다.',
  'usage.show': '이 선 보이기',
  'usage.hide': '이 선 숨기기',
  'usage.hollow': '이 노드는 가상(hollow) 노드라 아무것도 실행하지 않습니다. 이 수치는 만들어 낸 값입니다.',
}
