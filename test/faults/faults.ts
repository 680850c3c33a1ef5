import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reason } from '../../functions/failure.ts';
import { sharedPath } from '../support/shared.ts';
import type { Play } from './exchange.ts';
import { without } from './gate.ts';
import { json } from './plays.ts';
import { echo, statusFaults } from './status-faults.ts';
import { wireFaults } from './wire-faults.ts';

/** A way in which a neighbour misbehaves. */
export interface Fault {
  readonly name: string;
  readonly play: Play;
  /** The neighbour it is one of; without it of either. */
  readonly of?: 'x' | 'store';
  /** Whether X charges nothing for such an answer: then nothing may stay held. */
  readonly isFree?: boolean;
  /** Where it has a meaning; without them at every point of a tick. */
  readonly phases?: readonly Phase[];
  /** What the store must be told of it where it lasts. */
  readonly reason?: Reason;
}

/** Points of a tick. */
export type Phase = 'first call' | 'mid-run' | 'while writing';

/** All faults: those of either neighbour and those of one, X's recorded errors among them, where ../shared is. */
export function listFaults(): readonly Fault[] {
  const folder = sharedPath('x-api/errors');
  const files = folder === undefined ? [] : readdirSync(folder).filter((file) => !file.startsWith('200'));
  const recorded = files.map((file): Fault => {
    const { status, body, headers = {} } = JSON.parse(readFileSync(join(folder ?? '', file), 'utf8')) as Recording;
    const kept = without(headers, ['content-length', 'transfer-encoding']);
    return {
      name: `answers as recorded in ${file}`,
      of: 'x',
      isFree: true,
      play: ({ response }) =>
        response.writeHead(status, { ...json, ...kept }).end(typeof body === 'string' ? body : JSON.stringify(body)),
    };
  });
  return [...wireFaults, ...statusFaults, echo('text/plain'), echo('application/json'), ...recorded];
}

interface Recording {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}
