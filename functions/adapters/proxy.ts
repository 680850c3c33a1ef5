import type { Agent, AgentOptions } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';

/**
 * An agent that reaches servers of one protocol (`https:`) through tunnels of an HTTP proxy. Its requests emit
 * `proxyConnect` with the proxy's answer; what it says in place of a tunnel comes as the answer to the request. Their
 * option `tunnelSignal` ends them while the proxy is silent.
 */
export function createProxyAgent(proxy: string, protocol: string, options: AgentOptions): Agent {
  const agent = new HttpsProxyAgent(proxy, options);
  agent.protocol = protocol; // it would guess, by who calls it
  const connect = agent.connect.bind(agent);
  agent.connect = (request, target) => {
    // Left to itself it keeps the connection, and its place among `maxSockets`, of a proxy that never answers.
    Object.assign(agent.connectOpts, { signal: (target as { tunnelSignal?: AbortSignal }).tunnelSignal });
    return connect(request, target);
  };
  return agent;
}
