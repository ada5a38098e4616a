/**
 * Packets from pod to pod meet the rules also where the machine has bridge-nf-call-iptables off, and the machine's setting stays as it is. In a
 * network of its own, so that nobody else's bridge is touched: two namespaces on a bridge, and a rule that forbids what goes between them.
 */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { root } from './app.ts'

const SETTING = '/proc/sys/net/bridge/bridge-nf-call-iptables'
const SCRIPT = `
mount -t sysfs sysfs /sys && mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns
[ -e ${SETTING} ] && echo 0 > ${SETTING}
ip link set lo up && ip link add br0 type bridge && ip link set br0 up && ip addr add 10.9.0.1/24 dev br0
for n in 2 3; do
  ip netns add n$n && ip link add v$n type veth peer name eth0 netns n$n && ip link set v$n master br0 up
  ip -n n$n addr add 10.9.0.$n/24 dev eth0 && ip -n n$n link set eth0 up
done
iptables -t mangle -A FORWARD -d 10.9.0.3 -j DROP
listen() { ip netns exec n3 busybox nc -l -p 80 -e busybox echo heard & server=$!; until ip netns exec n3 grep -q :0050 /proc/net/tcp /proc/net/tcp6; do busybox usleep 20000; done; }
say() { echo "$1: $(ip netns exec n2 busybox nc -w $2 10.9.0.3 80 </dev/null 2>/dev/null || true)"; kill $server 2>/dev/null; wait $server 2>/dev/null; }
listen; say before 30
"$0" --input-type=module -e 'import { bridgeOf } from "'"$1"'/electron/kube-proxy/bridge.ts"; import { directHost } from "'"$1"'/electron/kube-proxy/host.ts"; console.log(JSON.stringify(await bridgeOf(directHost, { bridge: "br0", serviceCIDR: "10.96.0.0/16" })()))'
listen; say after 2
echo "setting: $(cat ${SETTING})"
`

describe('a bridge', () => {
  it('is told by itself that its packets meet the rules', () => {
    const said = execFileSync('unshare', ['--net', '--mount', 'sh', '-c', SCRIPT, process.execPath, root], { encoding: 'utf8', timeout: 120_000, stdio: ['ignore', 'pipe', 'inherit'] })
    expect(said.trim().split('\n')).toEqual(['before: heard', '{"present":true,"localhostPorts":true,"filtered":true}', 'after: ', 'setting: 0'])
  })
})
