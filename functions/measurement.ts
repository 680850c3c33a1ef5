/** A point before it is line protocol: an unknown number is simply not among the fields. */
export interface Point {
  readonly measurement: MeasurementName;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, number | string>>;
  /** Unix milliseconds; of a ledger line nanoseconds as text, which no number can hold. */
  readonly time: number | string;
}

/** A field keeps its type for ever: InfluxDB refuses a point whose field has another one than before. */
export type FieldType = 'integer' | 'float' | 'string';

/** Tags and fields a measurement may have, both in the order of their names, as InfluxDB likes them best. */
export interface MeasurementShape {
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
}

const integers = fieldsOf('integer');
const floats = fieldsOf('float');
const strings = fieldsOf('string');

/** Every measurement, tag and field the product writes. */
export const MEASUREMENTS = {
  twitter_user: shape(
    'user_id username',
    integers('followers_count following_count tweet_count listed_count like_count media_count'),
  ),
  twitter_tweet: shape(
    'user_id username tweet_id',
    integers('like_count retweet_count reply_count quote_count bookmark_count impression_count'),
    integers('url_link_clicks user_profile_clicks engagements'),
  ),
  twitter_tweet_published: shape('user_id', strings('username tweet_id url')),
  twitter_user_daily: shape(
    'user_id username',
    integers('followers_open followers_close followers_gained tweets_published'),
    integers('impressions_gained engagements_gained next_milestone'),
    floats('followers_per_day_28d days_to_milestone'),
  ),
  twitter_tweet_impact: shape(
    'user_id',
    strings('username tweet_id'),
    integers('followers_before followers_gained_1h followers_gained_24h followers_gained_7d overlaps'),
    floats('expected_24h lift_24h'),
  ),
  twitter_correlation: shape('user_id username', floats('posts_followers_r posts_followers_r_lag1'), integers('days')),
  twitter_collector_run: shape(
    'app collector',
    integers('success duration_ms points accounts accounts_missing requests resources rate_limit_remaining'),
  ),
  twitter_collector_failure: shape('app collector reason account', integers('count'), strings('detail')),
  twitter_ledger: shape(
    'app resource state',
    strings('purchase keys ids'),
    integers('new_resources cost_microusd owned'),
  ),
  twitter_budget: shape(
    'app',
    integers('spent_microusd held_microusd set_aside_microusd left_microusd budget_microusd'),
  ),
  twitter_latch: shape('app reason', integers('until')),
  twitter_usage: shape('app', integers('posts_x posts_ledger')),
};

export type MeasurementName = keyof typeof MEASUREMENTS;

function shape(tags: string, ...fields: readonly MeasurementShape['fields'][]): MeasurementShape {
  const sorted = Object.entries(Object.assign({}, ...fields) as MeasurementShape['fields']).sort();
  return { tags: tags.split(' ').sort(), fields: Object.fromEntries(sorted) };
}

function fieldsOf(type: FieldType): (names: string) => MeasurementShape['fields'] {
  return (names) => Object.fromEntries(names.split(' ').map((name) => [name, type]));
}
