/** An environment of the function that holds what is required and nothing else. */
export const minimalEnvironment = {
  CONFIG_DIR: '/nonexistent',
  TWITTER_USERS: 'jack',
  TWITTER_BEARER_TOKEN: 'token',
  INFLUXDB_URL: 'http://influxdb:8086',
  INFLUXDB_TOKEN: 'token',
};
