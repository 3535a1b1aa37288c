import { isIPv6 } from 'node:net';

/**
 * A line of nats.conf that advertises an address. Servers append the port, which requires brackets around an IPv6
 * address.
 */
export const advertisement = (key: string, address: string): string =>
  `${key}: ${JSON.stringify(isIPv6(address) ? `[${address}]` : address)}\n`;
