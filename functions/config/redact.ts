/** Shorter values would be found in ordinary words and numbers. */
const shortestSecret = 4;

/** A function that strikes every one of the secrets out of a text, also as they look inside JSON or a URL. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  const longestFirst = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((clean, secret) => clean.replaceAll(secret, '[secret]'), text);
}
