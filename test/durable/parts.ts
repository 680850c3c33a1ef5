import { playCampaign } from './campaign.ts';
import { measureMemory } from './memory.ts';
import { findProblems, formatTable } from './table.ts';

/** What a part is played with. */
export interface PartOptions {
  /** The folder with Kafka's jars. */
  readonly jars: string;
  readonly seed: number;
  readonly accounts: number;
  readonly ticks: number;
  readonly onProgress: (text: string) => void;
}

/** What came of a part: its figures, the same for a person, and a sentence for each thing that is wrong. */
export interface PartPlayed {
  readonly figures: object;
  readonly table: string;
  readonly problems: readonly string[];
}

/** A part of the command. */
export interface DurablePart {
  readonly name: string;
  readonly about: string;
  readonly play: (options: PartOptions) => Promise<PartPlayed>;
}

const owners = 2;

/** THE list of what the command does. */
export const parts: readonly DurablePart[] = [
  {
    name: 'campaign',
    about: 'two owners, InfluxDB stopped, kill -9 of collector, recorder, bridge and Kafka: nothing is lost',
    play,
  },
  {
    name: 'memory',
    about: 'the memory of a collector with 100,000 accounts, against one with 1,000',
    play: measureMemory,
  },
];

async function play(options: PartOptions): Promise<PartPlayed> {
  const played = await playCampaign({ ...options, owners });
  return { figures: played, table: formatTable(played), problems: findProblems(played) };
}
