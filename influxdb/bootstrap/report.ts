/** What has become of something that must exist. A notice changes nothing; the operator should read it. */
export type Outcome = 'created' | 'changed' | 'unchanged' | 'notice';

/** Tells what was done with something, such as `user grafana`, in words that hold no secret. */
export type Report = (outcome: Outcome, what: string, detail: string) => void;

/** A report that writes lines, or JSON lines for machines, in which every secret is struck out. */
export function openReport(write: (line: string) => void, asJson: boolean, secrets: readonly string[]): Report {
  return (outcome, what, detail) => {
    const line = asJson ? JSON.stringify({ outcome, what, detail }) : `${outcome.padEnd(9)}  ${what}: ${detail}`;
    write(withoutSecrets(line, secrets));
  };
}

/** The text with every secret struck out. None should be in it: this is for what InfluxDB may say one day. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret.length >= 4).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
