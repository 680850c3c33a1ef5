/** Facts the runner knows and the page shows. */
export type PageAbout = {
  /** X is a simulation on this machine, whose time runs `speed` times faster. */
  simulated: boolean;
  speed: number;
  functionUrl: string;
  /** Where the data are, in words. */
  store: string;
  schedules: { name: string; cron: string; nextAt: string }[];
  /** What the function answered; a status of 0 is no answer. */
  lastEvent?: { name: string; at: string; status: number; durationMs: number };
};

/** The ranges the page offers. */
export const rangeNames = ['15m', '1h', '24h', 'all'] as const;
export type RangeName = (typeof rangeNames)[number];

/** One account's followers. All times are milliseconds since 1970. */
export type Account = {
  userId: string;
  /** The newest name of the account. */
  username: string;
  /** Sorted by time; the first may be older than the range and is then where its line comes from. */
  points: [timeMs: number, followers: number][];
};
export type Run = {
  timeMs: number;
  app: string;
  collector: string;
  success: boolean;
  durationMs: number | null;
  accounts: number | null;
  accountsMissing: number | null;
  points: number | null;
  requests: number | null;
};
export type Failure = {
  timeMs: number;
  account: string;
  collector: string;
  reason: string;
  detail: string;
  times: number;
};

/** What was read from the store for one range. */
export type PageData = { fromMs: number; toMs: number; accounts: Account[]; runs: Run[]; failures: Failure[] };

/** What `/api/state` answers: the data, or why there are none. */
export type PageState = { about: PageAbout; nowMs: number; data?: PageData; storeProblem?: string };
