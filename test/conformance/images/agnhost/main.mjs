// What runs in the tests' pods: `agnhost COMMAND [--flag=value …]`, a file a command.
import { parseArgs } from 'node:util'

const [command = 'pause', ...rest] = process.argv.slice(2)
const flags = ['http-port', 'udp-port', 'port', 'tls-cert-file', 'tls-private-key-file', 'backend-port', 'message', 'delay-shutdown', 'delay-unhealthy-sec', 'requestheader-client-ca-file', 'requestheader-allowed-names']
const { values, positionals } = parseArgs({ args: rest, allowPositionals: true, options: Object.fromEntries(flags.map((f) => [f, { type: 'string' }])) })

// PID 1 has no default for these.
process.on('SIGTERM', () => setTimeout(() => process.exit(0), Number(values['delay-shutdown'] ?? 0) * 1000))
process.on('SIGINT', () => process.exit(0))

const commands = ['pause', 'netexec', 'serve-hostname', 'liveness', 'webhook', 'entrypoint-tester', 'inclusterclient', 'connect', 'guestbook', 'grpc-health-checking', 'sample-apiserver']
if (!commands.includes(command)) {
  console.error(`agnhost: unknown command ${command}; known are ${commands.join(', ')}`)
  process.exit(2)
}
await (await import(`./${command}.mjs`)).default(values, positionals)
