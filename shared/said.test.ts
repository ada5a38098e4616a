import { describe, expect, it } from 'vitest'
import { alreadyExists, conflict, field, forbidden, invalid, notFound, pathNotFound } from './errors.ts'
import { GAP } from './gaps.ts'
import { dns1123Label } from './labels.ts'
import { saidKorean, sentences } from './said.ts'
import { details, faults } from './said/fields.ts'

/** What is English and Korean of a table, each by itself. */
const all = Object.entries({ ...sentences, ...faults }) as [string, string][]
const gaps = (text: string): Set<string> => new Set([...text.matchAll(GAP)].map((m) => m[1] as string))
const filled = (text: string): string => text.replace(GAP, (_, gap: string) => `<${gap}>`)

describe('what the cluster says', () => {
  it.each(all)('%s has the same gaps in Korean, and is said in it', (english, korean) => {
    expect(gaps(korean)).toEqual(gaps(english))
    // Where there is nothing else, a gap stands for itself.
    expect(saidKorean(filled(english))).toBe(filled(korean))
  })
  it.each(Object.entries(details))('of a field: %s', (english, korean) => {
    // A pattern says nothing to a reader.
    expect(gaps(korean)).toEqual(new Set([...gaps(english)].filter((gap) => gap !== 'regex')))
    expect(saidKorean(`spec.a[0]: Invalid value: "it's: x": ${filled(english)}`)).toBe(`spec.a[0]: 잘못된 값 "it's: x": ${filled(korean)}`)
    expect(saidKorean(`Forbidden: ${filled(english)}`)).toBe(`허용되지 않음: ${filled(korean)}`)
  })

  const PODS = { group: '', resource: 'pods' }
  it.each<[string, string]>([
    ['0/3 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s) {gpu: yes, no}, 2 Too many pods. no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
      '노드 3개 가운데 쓸 수 있는 노드가 없습니다: memory 부족(1개), 파드가 허용하지 않는 테인트 {gpu: yes, no}가 있는 노드(1개), 파드가 너무 많음(2개). 다른 파드를 밀어내도 마찬가지입니다: 노드 3개 가운데 쓸 수 있는 노드가 없습니다: 다른 파드를 밀어내도 도움이 되지 않음(3개).'],
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
    ['Error creating: pods "web-1" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=3, limited: pods=3', '만들지 못했습니다: pods "web-1"에 허용되지 않는 작업입니다: 쿼터를 넘습니다: tight, 요청: pods=1, 사용 중: pods=3, 상한: pods=3'],
    ['Node n1 event: Registered Node n1 in Controller', '컨트롤러에 노드 n1이(가) 등록되었습니다'],
    ['Node n1 event: Registered Node n2 in Controller', 'Node n1 event: Registered Node n2 in Controller'],
    ['Node n1 status is now: NodeReady', '노드 n1이(가) 준비되었습니다'],
    ['Node n1 status is now: Odd', '노드 n1의 상태가 Odd(으)로 바뀌었습니다'],
    ['Usage of EmptyDir volume "tmp" exceeds the limit "1Mi". ', 'EmptyDir 볼륨 "tmp"이(가) 상한 "1Mi"을(를) 넘었습니다.'],
    ['Readiness probe failed: HTTP probe failed with statuscode: 503', '준비성 프로브가 실패했습니다: HTTP 프로브가 상태 코드 503을(를) 받았습니다'],
    ['Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.a", unknown field "spec.b"', 'Deployment(v1)을(를) 읽을 수 없습니다: 알 수 없는 필드 "spec.a", 알 수 없는 필드 "spec.b"'],
    ['spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"', 'spec.x: 잘못된 값 "string": integer 형식이어야 합니다(받은 값: "string")'],
    ['shop/web-1: Cannot evict pod as it would violate the pod\'s disruption budget.', 'shop/web-1: 파드 중단 예산에 어긋나 파드를 축출할 수 없습니다.'],
    // As a cause it stands by itself.
    [field.invalid('metadata.name', 'A_b', dns1123Label('A_b')[0] as string).message, '잘못된 값 "A_b": 영문 소문자, 숫자, \'-\'만 쓸 수 있고, 영문자나 숫자로 시작하고 끝나야 합니다(예: \'my-name\', \'123-abc\')'],
    [field.invalidWhole('spec', 'must be greater than 0').message, '잘못된 값: 0보다 커야 합니다'],
    [field.tooMany('spec', 5, 3).message, '너무 많습니다(5): 3개까지 쓸 수 있습니다'],
    [field.notSupported('spec.x', 'a', ['b', 'c']).message, '지원하지 않는 값 "a": 지원하는 값: "b", "c"'],
    ['somebody else\'s words', 'somebody else\'s words'],
    ['', ''],
  ])('%s', (english, korean) => expect(saidKorean(english)).toBe(korean))
})
