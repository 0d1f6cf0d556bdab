import ipaddr from 'ipaddr.js';

/** Whom an address stands for: an IPv6 one for its /64, for one household, or one host, has all of it. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
