export { type CertificateAndKey, certificateSigner, ensurePki, issueClientCertificate, type Pki, servingNames } from './pki.ts'
export { kubeconfig, type KubeconfigOptions, writeKubeconfig } from './kubeconfig.ts'
