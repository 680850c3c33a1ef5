import { ID, type ParameterRule, USERNAME } from './parameters.ts';
import type { Reply } from './problems.ts';
import type { Simulation } from './simulation.ts';
import { answerTimeline, answerTweetsById } from './tweets.ts';
import { answerUsage } from './usage.ts';
import { answerUserById, answerUserByName, answerUsersById, answerUsersByName } from './users.ts';

/** One path of X's API: what it accepts, how often it may be asked in 15 minutes, and its answer. */
export interface Endpoint {
  readonly name: string;
  readonly path: RegExp;
  readonly parameters: Record<string, ParameterRule>;
  /** Requests per window: of an app (bearer token), and of a user (OAuth 1.0a); 0 where the user may not ask. */
  readonly appLimit: number;
  readonly userLimit: number;
  /** `part` is the variable part of the path. */
  readonly answer: (simulation: Simulation, query: URLSearchParams, part: string) => Reply;
}

const ids: ParameterRule = { kind: 'list', pattern: ID, required: true };
const id: ParameterRule = { kind: 'text', pattern: ID };
const time: ParameterRule = { kind: 'time' };
const anyWords: ParameterRule = { kind: 'text', pattern: /^[a-z_.,]+$/ };

const postFields: ParameterRule = {
  kind: 'choices',
  choices: (
    'article,attachments,author_id,card_uri,community_id,context_annotations,conversation_id,created_at,' +
    'display_text_range,edit_controls,edit_history_tweet_ids,edit_history_post_ids,entities,geo,id,in_reply_to_user_id,' +
    'lang,media_metadata,non_public_metrics,note_tweet,note_post,organic_metrics,possibly_sensitive,promoted_metrics,' +
    'public_metrics,referenced_tweets,referenced_posts,reply_settings,scopes,source,text,withheld'
  ).split(','),
};
const fields: Record<string, ParameterRule> = {
  'user.fields': {
    kind: 'choices',
    choices: (
      'affiliation,connection_status,created_at,description,entities,id,is_identity_verified,location,' +
      'most_recent_tweet_id,most_recent_post_id,name,parody,pinned_tweet_id,pinned_post_id,profile_banner_url,' +
      'profile_image_url,protected,public_metrics,receives_your_dm,subscription_type,url,username,verified,' +
      'verified_followers_count,verified_type,withheld'
    ).split(','),
  },
  'tweet.fields': postFields,
  'post.fields': postFields,
  expansions: anyWords,
};
const attached: Record<string, ParameterRule> = {
  'media.fields': anyWords,
  'poll.fields': anyWords,
  'place.fields': anyWords,
};

/** Limits as https://docs.x.com/x-api/fundamentals/rate-limits lists them. */
export const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'users/by',
    path: /^\/2\/users\/by$/,
    parameters: { usernames: { kind: 'list', pattern: USERNAME, required: true }, ...fields },
    appLimit: 300,
    userLimit: 900,
    answer: answerUsersByName,
  },
  {
    name: 'users/by/username',
    path: /^\/2\/users\/by\/username\/([^/]+)$/,
    parameters: fields,
    appLimit: 300,
    userLimit: 900,
    answer: answerUserByName,
  },
  {
    name: 'users',
    path: /^\/2\/users$/,
    parameters: { ids, ...fields },
    appLimit: 300,
    userLimit: 900,
    answer: answerUsersById,
  },
  {
    name: 'users/:id/tweets',
    path: /^\/2\/users\/([^/]+)\/tweets$/,
    parameters: {
      max_results: { kind: 'integer', min: 5, max: 100 },
      pagination_token: { kind: 'text', pattern: /^[0-9a-z]{1,36}$/ },
      exclude: { kind: 'choices', choices: ['replies', 'retweets'] },
      start_time: time,
      end_time: time,
      since_id: id,
      until_id: id,
      ...fields,
      ...attached,
    },
    appLimit: 10_000,
    userLimit: 900,
    answer: answerTimeline,
  },
  {
    name: 'users/:id',
    path: /^\/2\/users\/([^/]+)$/,
    parameters: fields,
    appLimit: 300,
    userLimit: 900,
    answer: answerUserById,
  },
  {
    name: 'tweets',
    path: /^\/2\/tweets$/,
    parameters: { ids, ...fields, ...attached },
    appLimit: 3500,
    userLimit: 5000,
    answer: answerTweetsById,
  },
  {
    name: 'usage/tweets',
    path: /^\/2\/usage\/tweets$/,
    parameters: {
      days: { kind: 'integer', min: 1, max: 90 },
      'usage.fields': {
        kind: 'choices',
        choices: 'cap_reset_day,daily_client_app_usage,daily_project_usage,project_cap,project_id,project_usage'.split(
          ',',
        ),
      },
    },
    appLimit: 50,
    userLimit: 0,
    answer: answerUsage,
  },
];
