import { weekStart } from '../world.ts';

/** A ledger line of the first hour that is right, but for the parts given. */
export function ledger(parts: Readonly<Record<string, string>>, state = 'settled'): string {
  const right = { purchase: '"p"', keys: '"w1_0=1000"', ids: '"1000"', new_resources: '1i', cost_microusd: '10000i' };
  const fields = Object.entries({ ...right, owned: '0i', ...parts }).filter(([, value]) => value !== '');
  const text = fields.map(([name, value]) => `${name}=${value}`).join(',');
  return `twitter_ledger,app=default,resource=user,state=${state} ${text} ${weekStart + 3_600_000}`;
}
