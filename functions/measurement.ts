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

export type MeasurementName = 'twitter_user' | 'twitter_collector_run' | 'twitter_collector_failure';

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
};
