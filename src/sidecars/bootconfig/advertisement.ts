import { isIPv6 } from 'node:net';

/** One line of a NATS configuration that gives out an address; servers add the port, for which an IPv6 address needs its brackets. */
export const advertisement = (key: string, address: string): string =>
  `${key}: ${JSON.stringify(isIPv6(address) ? `[${address}]` : address)}\n`;
