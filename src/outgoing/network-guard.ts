import { type LookupAddress, type LookupOptions, lookup as systemLookUp } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Which addresses endpoints may lie in (contract 3.8 and 6): https anywhere public, and both http and https inside the
 * allowed networks. Names are judged by the address that is about to be connected to, never by an earlier answer.
 */
export type NetworkGuard = Readonly<{
  /** Whether a URL is, letter by letter, an endpoint of a desk at this server's own address: that is allowed. */
  isOwn: (url: URL) => boolean;
  /** For a virtual agent that is being published. @returns a sentence that says what is wrong, or null. */
  faultOf: (url: string) => Promise<string | null>;
  /** For a call that is about to be made. @returns a sentence when the URL's own address is not allowed, or null. */
  refusalOf: (url: URL) => string | null;
  /** Resolves names to allowed addresses only; what connects must look up through it. */
  lookup: (protocol: Protocol) => LookupFunction;
}>;

export type Protocol = 'http:' | 'https:';

/** A name led only to addresses that may not be called. */
export class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';
}

/** Gives every address of a name, as `node:dns` does. */
export type LookUp = (
  name: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/**
 * @param ownEndpoints those of the built-in desk, if there is one, and of the trial desk, whole.
 * @param lookUp how names are resolved.
 * @throws Error with a sentence when a network is not written as CIDR.
 */
export function networkGuard(
  allowedNetworks: readonly string[],
  ownEndpoints: () => readonly string[] = () => [],
  lookUp: LookUp = systemLookUp,
): NetworkGuard {
  const networks = allowedNetworks.map(readNetwork);
  const allows = (address: string, protocol: Protocol): boolean =>
    ipaddr.isValid(address) && (isWithin(networks, address) || (protocol === 'https:' && isPublic(address)));
  // Whole, never by how it begins: what a proxy or a router makes of the rest of a path is theirs to say.
  const isOwn = (url: URL): boolean => ownEndpoints().some((own) => URL.parse(own)?.href === url.href);
  return {
    isOwn,
    refusalOf: (url) => {
      const host = hostOf(url);
      if (isOwn(url)) return null;
      if (!isProtocol(url.protocol)) return `${url.protocol} is not called; use https.`;
      return isIP(host) === 0 || allows(host, url.protocol) ? null : refusal(host, url.protocol);
    },
    faultOf: async (text) => {
      const url = URL.parse(text);
      if (url === null || !isProtocol(url.protocol)) return 'Give a http or https URL.';
      if (isOwn(url)) return null;
      const { protocol } = url;
      const host = hostOf(url);
      if (isIP(host) !== 0) return allows(host, protocol) ? null : refusal(host, protocol);
      // A public name may not resolve yet when an agent is published; http is for networks that were allowed by hand.
      if (protocol === 'https:') return null;
      const addresses = await resolve(lookUp, host);
      return addresses.length > 0 && addresses.every(({ address }) => allows(address, protocol))
        ? null
        : refusal(host, protocol);
    },
    lookup: (protocol) => (hostname, options, callback) => {
      lookUp(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, '', 4);
        const allowed = addresses.filter(({ address }) => allows(address, protocol));
        const [first] = allowed;
        if (first === undefined) return callback(new ForbiddenAddressError(refusal(hostname, protocol)), '', 4);
        if (options.all === true) return callback(null, allowed);
        callback(null, first.address, first.family);
      });
    },
  };
}

const isProtocol = (protocol: string): protocol is Protocol => protocol === 'http:' || protocol === 'https:';

function refusal(host: string, protocol: Protocol): string {
  return protocol === 'http:'
    ? `${host} is not in an allowed network, so it is called by https only; use https, or add its network to BATON_ALLOW_NETWORKS.`
    : `${host} is not a public address; add its network to BATON_ALLOW_NETWORKS if it is meant to be called.`;
}

/** A URL's host without the brackets of IPv6; the URL parser has already undone every odd spelling of IPv4. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** A name that does not resolve lies in no allowed network, and the caller says so. */
function resolve(lookUp: LookUp, host: string): Promise<readonly LookupAddress[]> {
  return new Promise((done) => {
    lookUp(host, { all: true }, (error, addresses) => done(error === null ? addresses : []));
  });
}

function readNetwork(text: string): Network {
  try {
    return ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${isIP(text) === 6 ? 128 : 32}`);
  } catch {
    throw new Error(`"${text}" is not a network; write it as CIDR, for instance 10.1.0.0/16 or fd00::/8.`);
  }
}

function isWithin(networks: readonly Network[], text: string): boolean {
  const address = ipaddr.process(text);
  return networks.some(([network, bits]) => address.kind() === network.kind() && address.match(network, bits));
}

const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Anything with a special meaning is not public: private, loopback, link-local, shared, documentation, tunnels, … */
function isPublic(text: string): boolean {
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return !(address instanceof ipaddr.IPv6) || (address.match(globalUnicast) && !isTunnelled(address));
}

/** Whether it names a host behind a tunnel by an IPv4 address in its last bits (ISATAP, RFC 5214, 6.1). */
function isTunnelled({ parts }: ipaddr.IPv6): boolean {
  return parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x200);
}
