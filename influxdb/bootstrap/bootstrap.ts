/**
 * Makes in InfluxDB what twittergraph needs there, and changes what is not as it should be; run again it changes nothing.
 * The Job runs it as it is: Node strips the types.
 */
import { bootstrapVersion1 } from './influxdb1.ts';
import { bootstrapVersion2 } from './influxdb2.ts';
import { openReport, withoutSecrets } from './report.ts';
import { isVersion2, waitForServer } from './server.ts';
import { type Environment, OperatorError, readSettings, secretsOf } from './settings.ts';

const usage = `Usage: node bootstrap.ts [--json]

Makes the administrator, the database, its retention and the two users in InfluxDB 1.x or 2.x; run again it changes only
what is not as it should be. It deletes nothing.

  INFLUXDB_URL       http://influxdb:8086
  INFLUXDB_DATABASE  twittergraph: the database of 1.x, the bucket of 2.x
  INFLUXDB_ORG       twittergraph: the organization of 2.x
  RETENTION          infinite, or how long points are kept: 720h, 1825d, 260w
  WAIT_SECONDS       300: how long to wait for InfluxDB
  SECRETS_DIR        /etc/bootstrap: where the Secrets are mounted:
    influxdb-admin/  INFLUXDB_ADMIN_USERNAME  INFLUXDB_ADMIN_PASSWORD  INFLUXDB_ADMIN_TOKEN
    influxdb-creds/  INFLUXDB_USERNAME        INFLUXDB_PASSWORD        (the function: reads and writes)
    grafana-creds/   INFLUXDB_READ_USERNAME   INFLUXDB_READ_PASSWORD   (Grafana: reads)

--json writes a JSON object per line. Exit code 1: something is to be put right, and stderr says what.`;

async function main(argv: readonly string[], env: Environment): Promise<void> {
  if (argv.includes('--help')) {
    console.log(usage);
    return;
  }
  const settings = readSettings(env);
  const secrets = secretsOf(settings);
  const report = openReport(console.log, argv.includes('--json'), secrets);
  const { url } = settings;
  try {
    const version = await waitForServer(url, settings.waitSeconds, () => {
      report('notice', `InfluxDB at ${url}`, `does not answer yet, waiting up to ${settings.waitSeconds} s`);
    });
    const bootstrap = (await isVersion2(url, version)) ? bootstrapVersion2 : bootstrapVersion1;
    await bootstrap(settings, report);
  } catch (error) {
    throw error instanceof OperatorError ? new OperatorError(withoutSecrets(error.message, secrets)) : error;
  }
}

try {
  await main(process.argv.slice(2), process.env);
} catch (error) {
  console.error(error instanceof OperatorError ? error.message : error);
  process.exitCode = 1;
}
