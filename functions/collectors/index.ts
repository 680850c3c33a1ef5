import type { Collector } from './collector.ts';
import { tweet } from './tweet.ts';
import { user } from './user.ts';

/** All collectors, in the order they run. */
export const COLLECTORS: readonly Collector[] = [user, tweet];
