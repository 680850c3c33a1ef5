/** Facts the runner knows and the page shows. */
export type PageAbout = {
  /** X is a simulation on this machine, whose time runs `speed` times faster. */
  simulated: boolean;
  speed: number;
  /** Where a day of the summary begins. */
  timezone: string;
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

/** A post and its newest counts; null is not known. */
export type Post = { timeMs: number; username: string; impressions: number | null; engagements: number | null };

/** One app's money of today, the UTC day, in millionths of a dollar; null is not known. */
export type Money = {
  app: string;
  spent: number | null;
  held: number | null;
  setAside: number | null;
  left: number | null;
  budget: number | null;
};

/** The newest day that was summarised, by the account; null is not known. */
export type DaySummary = {
  startMs: number;
  accounts: {
    username: string;
    followersGained: number | null;
    posts: number | null;
    impressionsGained: number | null;
  }[];
};

/** What was read from the store: followers of one range, and the newest of everything else. */
export type PageData = {
  fromMs: number;
  toMs: number;
  accounts: Account[];
  posts: Post[];
  /** Empty before the first run of the day. */
  money: Money[];
  /** Absent before the first day is over. */
  summary?: DaySummary;
  runs: Run[];
  failures: Failure[];
};

/** What `/api/state` answers: the data, or why there are none. */
export type PageState = { about: PageAbout; nowMs: number; data?: PageData; storeProblem?: string };
