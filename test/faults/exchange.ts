import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request that has reached the gate, its body unpacked. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer of the neighbour behind the gate. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What a fault has in its hands. */
export interface Exchange {
  readonly asked: Asked;
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** Whether the connection has served requests before this one. */
  readonly isReused: boolean;
  /** Has the neighbour answer, who then has done what he was asked for. */
  readonly forward: () => Promise<Answered>;
  /** Refuses connections from now on, for so many milliseconds, and ends those that are open. */
  readonly refuse: (durationMs?: number) => void;
}

/** Spoils an answer; what it does not send is never sent. */
export type Play = (exchange: Exchange) => unknown;

/** Which requests are spoilt: those from the first that matches on, or that one alone. */
export interface Strike {
  readonly play: Play;
  matches(asked: Asked, count: number): boolean;
  readonly isOnce: boolean;
}
