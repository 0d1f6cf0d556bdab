import type { FastifyRequest } from 'fastify';
import { isFromElsewhere, isFromOwnPage } from '../platform/edge/own-pages.ts';
import { DeskError } from './desk-error.ts';

/*
 * Who may knock. A page of another site can make a browser call this machine: by a name that it lets point here (DNS
 * rebinding), or across sites with the browser's cookies. Both show in headers that pages cannot set.
 */

const loopback = ['localhost', '127.0.0.1', '[::1]'];
const everywhere = ['0.0.0.0', '[::]'];

/** The hosts under which the desk answers, as `Host` names them. */
function allowedHosts(url: string, port: number | undefined): readonly string[] {
  const { host, hostname } = new URL(url);
  const isLocal = loopback.includes(hostname) || everywhere.includes(hostname);
  return isLocal ? [host, ...loopback.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])])] : [host];
}

/** @param url the desk's own public base URL. @throws DeskError `host-refused`. */
export function checkHost(request: FastifyRequest, url: string): void {
  const { host } = request.headers;
  if (host !== undefined && allowedHosts(url, request.socket.localPort).includes(host.toLowerCase())) return;
  const message = `The desk answers under ${url} only; open it there. A proxy must pass Host on; another address goes into BATON_URL.`;
  throw new DeskError('host-refused', message);
}

/**
 * Browsers send the cookie for any page that makes them call, so who bears one has to say that the page is ours.
 * @throws DeskError `origin-refused` when a page of another origin makes a call that changes something.
 */
export function checkSameOrigin({ method, headers }: FastifyRequest, url: string): void {
  if (method === 'GET' || method === 'HEAD') return;
  if (headers.cookie === undefined ? !isFromElsewhere(headers, url) : isFromOwnPage(headers, url)) return;
  throw new DeskError('origin-refused', "Only the desk's own pages may call this; open the desk itself.");
}
