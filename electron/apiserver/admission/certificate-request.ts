/**
 * Certificate requests (PKCS #10). To be imported at first use: it costs tens of milliseconds to load, and most clusters never see a
 * request. The library must find `reflect-metadata` loaded, whoever is the first to load it.
 */
import 'reflect-metadata'
import { Pkcs10CertificateRequest } from '@peculiar/x509'

/** The values of a field of the subject, such as CN or O. Throws when it cannot be read. */
export const subjectField = (pem: string, name: 'CN' | 'O'): string[] => new Pkcs10CertificateRequest(pem).subjectName.getField(name)
