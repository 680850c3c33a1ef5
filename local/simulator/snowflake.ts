const SNOWFLAKE_START_MS = 1288834974657;
const LOW_BITS = 22n;

/** The numeric id X would give to what is created at `createdMs`; `low` fills the 22 bits below the time. */
export function makeSnowflake(createdMs: number, low: number): string {
  return ((BigInt(createdMs - SNOWFLAKE_START_MS) << LOW_BITS) | BigInt(low)).toString();
}

/** The creation time in ms that an id of X contains. */
export function readSnowflakeMs(id: string): number {
  return Number(BigInt(id) >> LOW_BITS) + SNOWFLAKE_START_MS;
}

export function readSnowflakeLow(id: string): number {
  return Number(BigInt(id) & ((1n << LOW_BITS) - 1n));
}
