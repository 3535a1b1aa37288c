import { DEFAULT_CIPHERS } from 'node:tls';

/**
 * What the operator speaks to NATS servers with: whatever node speaks, without finite-field Diffie-Hellman, which servers in Go do not know. An image that only
 * pretends to be a server could choose a group of any size, and have each handshake take seconds.
 */
export const SERVER_CIPHERS = `${DEFAULT_CIPHERS}:!DHE`;
