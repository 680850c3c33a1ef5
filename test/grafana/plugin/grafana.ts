import { createRequire } from 'node:module';

import type * as GrafanaData from '@grafana/data';

/**
 * Grafana's own library of its front end: what makes graphs and tables of the data source's answers. Its build for
 * `import` does not load in Node, that for `require` does.
 */
export const grafana = createRequire(import.meta.url)('@grafana/data') as typeof GrafanaData;
