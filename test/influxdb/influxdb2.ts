import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findFreePort, killWithThisProcess } from '../support/influxd.ts';
import { startStub } from './influxdb2-stub.ts';
import { containerOf, render, variablesOf } from './manifests.ts';

/** An InfluxDB 2.x of one test, on loopback, not set up yet. */
export interface Influxdb2 {
  url: string;
  close(): Promise<void>;
}

/**
 * The server that INFLUXD2_BIN names, with the settings of the StatefulSet. No package registry has one, so without it
 * a stand-in that answers as 2.9.1 did: the tests are the same, and keep it honest.
 */
export async function startInfluxdb2(): Promise<Influxdb2> {
  const binary = process.env['INFLUXD2_BIN'];
  if (!binary) return startStub();
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-influxdb2-'));
  const port = await findFreePort();
  const child = spawn(binary, ['run'], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      INFLUXD_HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
      INFLUXD_BOLT_PATH: join(folder, 'influxd.bolt'),
      INFLUXD_ENGINE_PATH: join(folder, 'engine'),
      ...variablesOf(containerOf(render('influxdb').podOf('StatefulSet', 'influxdb'), 'influxdb')),
    },
  });
  killWithThisProcess(child);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
