import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Of CN=zoe, O=people. */
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHbMIGBAgEAMB8xDDAKBgNVBAMMA3pvZTEPMA0GA1UECgwGcGVvcGxlMFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAEy7cAz5eiq6SDv90+4AuwRVeje8Fy4gXL9l8G
n5m7cKlh77aH/9a2O/KTemzpXs/V/QRo8LfwQzjegGndhLqPKKAAMAoGCCqGSM49
BAMCA0kAMEYCIQCrE9YGZJ9doY5AQBVdV6tWcoR5LmFBMaAE9bhk2uhEAQIhANIf
2BG5tYkuTSACsMR+k5EPN0iGRCLm1kLLEmO1GFWq
-----END CERTIFICATE REQUEST-----
`

it('is read also where nothing has loaded the library before', async () => {
  const program = `
    const { subjectField } = await import(${JSON.stringify(new URL('certificate-request.ts', import.meta.url).href)})
    console.log(JSON.stringify([subjectField(process.argv[1], 'CN'), subjectField(process.argv[1], 'O')]))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program, '--', REQUEST], { encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['[["zoe"],["people"]]\n', ''])
})
