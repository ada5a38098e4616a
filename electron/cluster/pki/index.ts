export { type CertificateAndKey, ensurePki, issueClientCertificate, type Pki, SERVING_DNS, SERVING_IP } from './pki.ts'
export { kubeconfig, type KubeconfigOptions, writeKubeconfig } from './kubeconfig.ts'
