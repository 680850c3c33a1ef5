import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { renderKustomization } from '../support/kustomize.ts';
import { folders, mountedFiles, objectOf } from './rendered.ts';
import { knownSettings } from './settings.ts';

/** Each of them, turned on, sends something to grafana.com or to Gravatar. */
const outbound = {
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  GF_SECURITY_DISABLE_GRAVATAR: 'true',
  GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_PLUGINS_PREINSTALL_AUTO_UPDATE: 'false',
  GF_PLUGINS_PLUGIN_ADMIN_ENABLED: 'false',
  GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
};

for (const folder of folders) {
  const objects = renderKustomization(folder);
  const { data: settings } = objectOf(objects, 'ConfigMap', 'grafana-settings');

  describe(`the settings of ${folder}`, () => {
    it('have names that Grafana looks for', () => {
      const unknown = Object.keys(settings).filter((name) => !knownSettings.has(name));
      assert.deepEqual(unknown, []);
    });

    it('have values without a blank or a quote around them, which would be part of them', () => {
      for (const [name, value] of Object.entries(settings)) assert.match(value, /^[^\s'"](.*[^\s'"])?$/, name);
    });

    it('let it call nobody', () => {
      const chosen = Object.keys(outbound).map((name) => [name, settings[name]]);
      assert.deepEqual(Object.fromEntries(chosen), outbound);
    });

    it('take every credential from a file', () => {
      const files = Object.entries(settings).filter(([name]) => /_(ADMIN_USER|ADMIN_PASSWORD|SECRET_KEY)$/.test(name));
      assert.equal(files.length, 3);
      for (const [name, value] of files) {
        const key = `GRAFANA_${name.replace('GF_SECURITY_', '')}`;
        assert.equal(value, `$__file{/etc/grafana/creds/${key}}`);
      }
    });

    it('show a dashboard that is there on the first page', () => {
      const path = settings['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'] ?? '';
      const { uid } = JSON.parse(mountedFiles(objects).get(path) ?? '{}') as { uid?: string };
      assert.equal(uid, 'twittergraph-overview');
    });

    it('let in without a name only where the overlay is called anonymous', () => {
      assert.equal(settings['GF_AUTH_ANONYMOUS_ENABLED'], String(folder.endsWith('/anonymous')));
      if (folder.endsWith('/anonymous')) assert.equal(settings['GF_AUTH_ANONYMOUS_ORG_ROLE'], 'Viewer');
    });
  });
}
