import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/**
 * Where an upgrade request comes from, by the rules that hold for every other request: what the proxies that are named
 * say of it, and nobody else.
 * @param trustProxy addresses and networks of proxies, separated by commas; null for none.
 */
export function clientAddress(trustProxy: string | null): (request: IncomingMessage) => string {
  if (trustProxy === null) return ({ socket }) => socket.remoteAddress ?? '';
  const isTrusted = proxyAddr.compile(trustProxy.split(',').map((one) => one.trim()));
  return (request) => proxyAddr(request, isTrusted);
}
