/** A point before it is line protocol: `time` in Unix milliseconds, an unknown number simply not among the fields. */
export interface Measurement {
  readonly name: MeasurementName;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | string>>;
  readonly time: number;
}

/** A field keeps its type for ever: InfluxDB refuses a point whose field has another one than before. */
export type FieldType = 'integer' | 'float' | 'string';

/** Tags and fields a measurement may have. */
export interface MeasurementShape {
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
}

export type MeasurementName =
  | 'twitter_user'
  | 'twitter_tweet'
  | 'twitter_tweet_published'
  | 'twitter_user_daily'
  | 'twitter_tweet_impact'
  | 'twitter_correlation'
  | 'twitter_collector_run'
  | 'twitter_collector_failure'
  | 'twitter_ledger'
  | 'twitter_latch'
  | 'twitter_usage';

/** Every measurement, tag and field the product writes. */
export const MEASUREMENTS: Readonly<Record<MeasurementName, MeasurementShape>> = {
  twitter_user: {
    tags: ['user_id', 'username'],
    fields: {
      followers_count: 'integer',
      following_count: 'integer',
      tweet_count: 'integer',
      listed_count: 'integer',
      like_count: 'integer',
      media_count: 'integer',
    },
  },
  twitter_tweet: {
    tags: ['user_id', 'username', 'tweet_id'],
    fields: {
      like_count: 'integer',
      retweet_count: 'integer',
      reply_count: 'integer',
      quote_count: 'integer',
      bookmark_count: 'integer',
      impression_count: 'integer',
      url_link_clicks: 'integer',
      user_profile_clicks: 'integer',
      engagements: 'integer',
    },
  },
  twitter_tweet_published: {
    tags: ['user_id'],
    fields: { username: 'string', tweet_id: 'string', url: 'string' },
  },
  twitter_user_daily: {
    tags: ['user_id', 'username'],
    fields: {
      followers_open: 'integer',
      followers_close: 'integer',
      followers_gained: 'integer',
      tweets_published: 'integer',
      impressions_gained: 'integer',
      engagements_gained: 'integer',
      followers_per_day_28d: 'float',
      next_milestone: 'integer',
      days_to_milestone: 'float',
    },
  },
  twitter_tweet_impact: {
    tags: ['user_id'],
    fields: {
      username: 'string',
      tweet_id: 'string',
      followers_before: 'integer',
      followers_gained_1h: 'integer',
      followers_gained_24h: 'integer',
      followers_gained_7d: 'integer',
      expected_24h: 'float',
      lift_24h: 'float',
      overlaps: 'integer',
    },
  },
  twitter_correlation: {
    tags: ['user_id', 'username'],
    fields: { posts_followers_r: 'float', posts_followers_r_lag1: 'float', days: 'integer' },
  },
  twitter_collector_run: {
    tags: ['app', 'collector'],
    fields: {
      success: 'integer',
      duration_ms: 'integer',
      points: 'integer',
      accounts: 'integer',
      accounts_missing: 'integer',
      requests: 'integer',
      resources: 'integer',
      rate_limit_remaining: 'integer',
    },
  },
  twitter_collector_failure: {
    tags: ['app', 'collector', 'reason', 'account'],
    fields: { count: 'integer', detail: 'string' },
  },
  twitter_ledger: {
    tags: ['app', 'resource', 'batch'],
    fields: { state: 'string', keys: 'string', ids: 'string', new_resources: 'integer', cost_microusd: 'integer' },
  },
  twitter_latch: {
    tags: ['app', 'reason'],
    fields: { until: 'integer' },
  },
  twitter_usage: {
    tags: ['app'],
    fields: { posts_x: 'integer', posts_ledger: 'integer' },
  },
};
