/** Korean: terminals, forwarded ports, and logs of many pods. */
import type { live as english } from '../en/live.ts'

export const live: Record<keyof typeof english, string> = {
  'action.shell': '셸',
  'action.attach': '연결(attach)',
  'action.forward': '포트 포워드',
  'action.openLogs': '로그 페이지에서 열기',
  'dock.closeTerminal': '이 터미널 끝내기',

  'terminal.title': '터미널',
  'terminal.container': '컨테이너',
  'terminal.shell': '셸',
  'terminal.attached': '컨테이너의 원래 프로세스에 연결됨: 입력이 그곳으로 갑니다.',
  'terminal.ended': '프로세스가 종료 코드 {{code}}(으)로 끝났습니다.',
  'terminal.lost': '터미널이 끝났습니다: {{why}}',
  'terminal.again': 'Enter를 누르면 새로 시작합니다.',

  'forwards.title': '포워드된 포트',
  'forwards.count_one': '포트 {{count}}개',
  'forwards.count_other': '포트 {{count}}개',
  'forwards.start': '포워드',
  'forwards.stop': '중지',
  'forwards.open': '브라우저에서 열기',
  'forwards.body': '이 컴퓨터에 “{{name}}”(으)로 이어지는 포트를 엽니다. 이 컴퓨터에서만 쓸 수 있고, 대시보드와 함께 닫힙니다.',
  'forwards.port': '포트',
  'forwards.localPort': '이 컴퓨터의 포트',
  'forwards.anyPort': '비우면 빈 포트 아무거나',
  'forwards.started': '{{name}}: 포트 {{port}}(으)로 연결됩니다',

  'help.shell': '고른 파드의 셸',
  'help.edit': '고른 객체 편집',
  'help.restart': '다시 시작하거나 지금 실행',
  'palette.object': '이 객체',
}
