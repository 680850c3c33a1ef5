import type { Figures } from '../figures.ts';
import { type Measured, startMeasured } from '../measured.ts';
import type { Node } from '../nodes.ts';
import type { Program, Programs } from '../programs.ts';
import type { World } from '../world.ts';

/** What a part of the bench works with. */
export interface Context {
  readonly node: Node;
  readonly programs: Programs;
  readonly world: World;
  readonly figures: Figures;
  /** How often everything is repeated; a part that takes long does less. */
  readonly rounds: number;
  /** Shows how far it is. */
  readonly show: (text: string) => void;
}

/** A part of the bench. */
export interface Part {
  readonly name: string;
  /** A sentence for `--help`. */
  readonly about: string;
  /** Whether it is measured on other Nodes than this one, too. */
  readonly isOnEveryNode: boolean;
  readonly measure: (context: Context) => Promise<void>;
}

export const mebibyte = 2 ** 20;

/** Starts a program that watches so many accounts, with an empty ledger of its own unless `more` names one. */
export function startProgram(
  { node, world }: Context,
  { argv, env }: Program,
  accounts: number,
  more: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  return startMeasured(node.path, argv, { ...world.environment(accounts), ...env, ...more });
}

/** Starts these programs, all at once, and ends them after the work. */
export async function withPrograms(
  context: Context,
  programs: readonly Program[],
  work: (running: readonly (Measured & { readonly name: string })[]) => Promise<void>,
): Promise<void> {
  const running: (Measured & { name: string })[] = [];
  try {
    for (const program of programs) running.push({ ...(await startProgram(context, program, 1)), name: program.name });
    for (const { untilReady } of running) await untilReady();
    await work(running);
  } finally {
    await Promise.all(running.map((each) => each.stop()));
  }
}
