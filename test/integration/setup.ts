/** Once before the integration tests: a real engine must answer, and the small image that the tests run must be on it. */
import Docker from 'dockerode'
import { ensureBusybox } from './busybox.ts'

export default async function setup(): Promise<void> {
  const docker = new Docker()
  await docker.ping().catch(() => { throw new Error('No Docker engine answers: run these tests with `npm test`, which starts one.') })
  await ensureBusybox(docker)
}
