import { describe, expect, it } from 'vitest'
import { alreadyExists, conflict, field, forbidden, invalid, notFound, pathNotFound } from './errors.ts'
import { GAP } from './gaps.ts'
import { saidKorean, saidTexts, type SaidText } from './said.ts'
import { saidInKorean } from './said-korean.ts'

const gaps = (text: string): string[] => [...text.matchAll(GAP)].map((m) => m[1] as string).sort()
const names = Object.keys(saidTexts).map((key) => key.slice('said.'.length) as SaidText)

describe('what the cluster says', () => {
  it.each(names)('%s has the same gaps in Korean, and is said in it', (name) => {
    const [english, korean] = [saidTexts[`said.${name}`], saidInKorean[`said.${name}`]]
    expect(gaps(korean)).toEqual(gaps(english))
    // Where there is nothing else, a gap stands for itself.
    const said = saidKorean(english.replace(GAP, (_, gap: string) => `<${gap}>`))
    expect(said).toBe(korean.replace(GAP, (_, gap: string) => `<${gap}>`))
  })

  const PODS = { group: '', resource: 'pods' }
  it.each<[string, string]>([
    ['0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s) {gpu: yes, no}, 2 Too many pods. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      '노드 3개 가운데 쓸 수 있는 노드가 없습니다: memory 부족 (1), 파드가 허용하지 않는 테인트 {gpu: yes, no}가 있는 노드 (1), 파드가 너무 많음 (2). 다른 파드를 밀어내도 마찬가지입니다: 노드 3개 가운데 쓸 수 있는 노드가 없습니다: 다른 파드를 밀어내도 도움이 되지 않음 (3).'],
    ['0/1 nodes are available: persistentvolumeclaim "data" not found.', '노드 1개 가운데 쓸 수 있는 노드가 없습니다: persistentvolumeclaim "data"을(를) 찾을 수 없습니다.'],
    ['Back-off pulling image "a:1": ErrImagePull: failed to pull image "a:1": pull access denied for a, repository does not exist or may require \'docker login\': denied',
      '이미지 "a:1"을(를) 다시 가져오기 전에 잠시 기다립니다: 가져오기 실패: 이미지 "a:1"을(를) 가져오지 못했습니다: a을(를) 가져올 권한이 없거나 그런 저장소가 없습니다. 로그인이 필요할 수 있습니다: denied'],
    ['exit code 3 (ContainerCannotRun): no such file', '종료 코드 3 (ContainerCannotRun): no such file'],
    ['secret "db" not found', 'secret "db"을(를) 찾을 수 없습니다'],
    ['container runtime is down: the Docker engine does not answer (connect ENOENT /var/run/docker.sock): start it', '컨테이너 런타임이 동작하지 않습니다: Docker 엔진이 응답하지 않습니다 (connect ENOENT /var/run/docker.sock): start it'],
    [notFound(PODS, 'web').message, 'pods "web"을(를) 찾을 수 없습니다'],
    [pathNotFound().message, '서버에서 요청한 리소스를 찾을 수 없습니다'],
    [alreadyExists(PODS, 'web').message, 'pods "web"이(가) 이미 있습니다'],
    [conflict({ group: 'apps', resource: 'deployments' }, 'web').message, 'deployments.apps "web"이(가) 그 사이에 바뀌어 적용할 수 없습니다. 최신 버전에 다시 적용하세요'],
    [forbidden(PODS, 'web', 'User "ann" cannot delete resource "pods" in API group "" in the namespace "shop"').message, 'pods "web"에 허용되지 않는 작업입니다: 사용자 "ann"은(는) 네임스페이스 "shop"에서 API 그룹 ""의 리소스 "pods"에 delete을(를) 할 수 없습니다'],
    [forbidden(PODS, '', 'User "ann" cannot list resource "pods" in API group "" at the cluster scope').message, 'pods에 허용되지 않는 작업입니다: 사용자 "ann"은(는) 클러스터 범위에서 API 그룹 ""의 리소스 "pods"에 list을(를) 할 수 없습니다'],
    [invalid({ group: '', kind: 'Pod' }, 'web', [field.required('spec.containers')]).message, 'Pod "web"이(가) 올바르지 않습니다: spec.containers: 값이 필요합니다'],
    [invalid({ group: '', kind: 'Pod' }, 'web', [field.required('spec.containers[0].name'), field.invalid('spec.nodeName', 'x', 'field is immutable')]).message,
      'Pod "web"이(가) 올바르지 않습니다: [spec.containers[0].name: 값이 필요합니다, spec.nodeName: 잘못된 값 "x": 바꿀 수 없는 필드입니다]'],
    ['somebody else\'s words', 'somebody else\'s words'],
    ['', ''],
  ])('%s', (english, korean) => expect(saidKorean(english)).toBe(korean))
})
