/**
 * The keys of the sections that grafana/ sets, from Grafana's own defaults (conf/defaults.ini of grafana/grafana, 13.x).
 * Grafana looks for an environment variable only for a key of that file: a misspelt one is ignored without a word.
 */
const sections = {
  analytics: ['reporting_enabled', 'check_for_updates', 'check_for_plugin_updates', 'feedback_links_enabled'],
  auth: ['login_maximum_inactive_lifetime_duration', 'login_maximum_lifetime_duration', 'disable_login_form'],
  'auth.anonymous': ['enabled', 'org_name', 'org_role', 'hide_version'],
  dashboards: ['default_home_dashboard_path', 'min_refresh_interval', 'versions_to_keep'],
  database: ['type', 'path', 'cache_mode', 'wal', 'query_retries', 'transaction_retries'],
  log: ['mode', 'level', 'filters'],
  news: ['news_feed_enabled'],
  plugins: [
    'preinstall',
    'preinstall_sync',
    'preinstall_disabled',
    'preinstall_auto_update',
    'plugin_admin_enabled',
    'plugin_admin_external_manage_enabled',
    'public_key_retrieval_disabled',
    'public_key_retrieval_on_startup',
  ],
  public_dashboards: ['enabled'],
  security: [
    'admin_user',
    'admin_password',
    'secret_key',
    'disable_gravatar',
    'cookie_secure',
    'cookie_samesite',
    'strict_transport_security',
    'content_security_policy',
  ],
  server: ['protocol', 'http_port', 'domain', 'enforce_domain', 'root_url', 'serve_from_sub_path', 'enable_gzip'],
  snapshots: ['enabled', 'external_enabled'],
  users: ['allow_sign_up', 'default_theme'],
} as const;

/** The names of the environment variables Grafana would look for, of the sections above. */
export const knownSettings: ReadonlySet<string> = new Set(
  Object.entries(sections).flatMap(([section, keys]) =>
    keys.map((key) => `GF_${section.replace('.', '_')}_${key}`.toUpperCase()),
  ),
);
