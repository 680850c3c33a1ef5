import type { Instance } from '../../functions/run/instance.ts';
import type { InfluxDb } from '../../functions/store/influxdb.ts';
import { type Call, call } from './call.ts';
import type { Random } from './posting.ts';

/**
 * Runs one call in a process that is killed when it makes its `fatal`th request (to X or the store; counted from 0),
 * which by chance still goes out. What it had sent before arrives, the answers reach nobody. Resolves when nothing is
 * under way any more; `false` when the run ended before its time came.
 */
export async function callAndKill(instance: Instance, asked: Call, fatal: number, random: Random): Promise<boolean> {
  const life = { calls: 0, isOver: false };
  let die: () => void = () => undefined;
  const death = new Promise<void>((resolve) => (die = resolve));
  const never = new Promise<never>(() => undefined);
  const sent = new Set<Promise<unknown>>();
  const send = async <T>(work: () => Promise<T>): Promise<T> => {
    const sending = work();
    sent.add(sending.catch(() => undefined));
    const outcome = await Promise.allSettled([sending]);
    return life.isOver ? never : outcome[0].status === 'fulfilled' ? outcome[0].value : sending;
  };
  const mortal = <T>(work: () => Promise<T>): Promise<T> => {
    if (life.isOver) return never;
    life.calls += 1;
    if (life.calls <= fatal) return send(work);
    life.isOver = true;
    if (random() < 0.5) void send(work);
    die();
    return never;
  };
  const { askX, store } = instance;
  const influxdb: InfluxDb = {
    query: (...args) => mortal(() => store.influxdb.query(...args)),
    write: (...args) => mortal(() => store.influxdb.write(...args)),
  };
  const mortalParts = {
    askX: (...args) => mortal(() => askX(...args)),
    store: { ...store, influxdb },
  } satisfies Partial<Instance>;
  await Promise.race([call({ ...instance, ...mortalParts }, asked), death]);
  await Promise.all(sent);
  return life.isOver;
}
