import { bearerToken, type World } from './world.ts';

/** Everything by which a secret, or the head or tail of one, could be known, in each form of DESIGN. */
export function findSecrets({ influxd }: Pick<World, 'influxd'>, text: string, where: string): string[] {
  const basic = Buffer.from(`${influxd.username}:${influxd.password}`).toString('base64');
  const secrets = { 'the bearer token': bearerToken, 'the password': influxd.password, 'the Basic credentials': basic };
  const folded = text.toLowerCase();
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const found = formsOf(secret).find((form) => folded.includes(form.toLowerCase()));
    return found === undefined ? [] : [`${where} holds ${name}: ${found.slice(0, 4)}…`];
  });
}

function formsOf(secret: string): string[] {
  const whole = [secret, decodeURIComponent(secret), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  const html = Array.from(secret, (character) => `&#${character.charCodeAt(0)};`).join('');
  const base64 = [0, 1, 2].map((before) =>
    Buffer.from('x'.repeat(before) + secret)
      .toString('base64')
      .slice(before === 0 ? 0 : 4, -4),
  );
  const parts = [secret.slice(0, 16), secret.slice(-16), secret.slice(8, 24)];
  return [...whole, html, ...base64, ...parts].filter(({ length }) => length >= 12);
}
