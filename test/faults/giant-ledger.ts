import { writeLines } from '../support/write-lines.ts';
import type { World } from './world.ts';

const postsPerLine = 100;
const linesPerWrite = 1000;
const dayMs = 86_400_000;
const tweetPrice = 5000;
const firstId = 1_700_000_000_000_000_000n;

/** Puts a day of purchases of 100 posts each into the ledger: so many posts, named so often in all. */
export async function writeLedger({ influxd, app }: World, posts: number, named: number): Promise<void> {
  const day = Math.floor(Date.now() / dayMs) * dayMs;
  const lines = Array.from({ length: named / postsPerLine }, (_, line) => {
    const first = (line * postsPerLine) % posts;
    const ids = Array.from({ length: postsPerLine }, (_post, post) => String(firstId + BigInt(first + post)));
    const money = `new_resources=${postsPerLine}i,cost_microusd=${postsPerLine * tweetPrice}i,owned=0i`;
    const fields = `purchase="p${line}",keys="id:1",ids="${ids.join(',')}",${money}`;
    return `twitter_ledger,app=${app},resource=tweet,state=settled ${fields} ${day + line}`;
  });
  for (let at = 0; at < lines.length; at += linesPerWrite) {
    await writeLines(influxd, lines.slice(at, at + linesPerWrite));
  }
}
