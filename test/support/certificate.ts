import { spawnSync } from 'node:child_process';

/** A key and the certificate it signed itself, for 127.0.0.1, localhost and these names, both in PEM, in one text. */
export function createCertificate(others: readonly string[] = []): string {
  const names = `subjectAltName=IP:127.0.0.1,${['localhost', ...others].map((name) => `DNS:${name}`).join(',')}`;
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-batch'];
  const argv = ['req', '-x509', ...options, '-subj', '/CN=localhost', '-addext', names, '-keyout', '-', '-out', '-'];
  const { status, stdout, stderr } = spawnSync('openssl', argv, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl made no certificate: ${stderr}`);
  return stdout;
}
