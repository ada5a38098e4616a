/** Services, ingresses, and the addresses behind them. */
export const network: Readonly<Record<string, string>> = {
  'Ensured load balancer': '로드 밸런서를 준비했습니다',
  'Error syncing load balancer: failed to ensure load balancer: {{why}}': '로드 밸런서를 준비하지 못했습니다: {{why}}',
  'UDP cannot be answered on localhost without root': 'root가 아니면 localhost에서 UDP에 응답할 수 없습니다',
  'Failed to create endpoint {{name}}: {{why}}': '엔드포인트 {{name}}을(를) 만들지 못했습니다: {{why}}',
  'Failed to update endpoint {{name}}: {{why}}': '엔드포인트 {{name}}을(를) 고치지 못했습니다: {{why}}',
  'Error updating Endpoint Slices for Service {{name}}: {{why}}': '서비스 {{name}}의 엔드포인트슬라이스를 고치지 못했습니다: {{why}}',
  'Served on {{address}}': '{{address}}에서 서비스합니다',
  'The secret {{name}} holds no certificate and key that fit: {{text}}': '시크릿 {{name}}에 서로 맞는 인증서와 키가 없습니다: {{text}}',
  'Kubernetes Service CIDR is ready': '서비스 주소 범위가 준비되었습니다',
  'Kubernetes default Service CIDR is ready': '기본 서비스 주소 범위가 준비되었습니다',
  'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR': '이 ServiceCIDR을 쓰는 IPAddress가 아직 있습니다. 지우거나 새 ServiceCIDR을 만드세요',
}
