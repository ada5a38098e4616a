export { type CertificateAndKey, certificateSigner, ensurePki, issueClientCertificate, issueServingCertificate, type Pki, servingNames } from './pki.ts'
export { kubeconfig, type KubeconfigOptions, writeKubeconfig } from './kubeconfig.ts'
