import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

/** The wanted port where nothing listens on it on this machine, else a free one; 0 is any free one. */
export async function findPort(wanted: number): Promise<number> {
  const taken =
    wanted !== 0 && (await Promise.all(['127.0.0.1', '::1'].map((host) => isAnswered(host, wanted)))).some(Boolean);
  return taken ? bindOnce(0) : bindOnce(wanted).catch(() => bindOnce(0));
}

/** Some systems let one bind 127.0.0.1 beside a listener on all interfaces, and would then split the visitors. */
async function isAnswered(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function bindOnce(wanted: number): Promise<number> {
  const server = createServer();
  await once(server.listen(wanted, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
