/**
 * Loaded into the function with `--import`, before the Functions Framework: it listens on every interface and asks
 * nobody who they are, which is right in a container and wrong on a laptop. The build itself stays as it is deployed.
 */
import { Server } from 'node:http';
import { isLocalRequest, refuseForeign } from './loopback.mjs';

const { listen, emit } = Server.prototype;

Server.prototype.listen = function (port, ...rest) {
  const callback = rest.find((argument) => typeof argument === 'function');
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, callback);
};

Server.prototype.emit = function (event, ...rest) {
  if (event === 'request' && !isLocalRequest(rest[0])) {
    refuseForeign(rest[1]);
    return true;
  }
  return emit.call(this, event, ...rest);
};

// The starter holds the other end: when it is gone, however it went, so is this process.
process.stdin.on('end', () => process.exit(0)).resume();
