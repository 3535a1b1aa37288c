import { HttpClient } from '../../runtime/http';
import { SERVER_CIPHERS } from './server-ciphers';
import { REPORT_TIMEOUT } from './server-report';

/**
 * A page of a server with thousands of leaf nodes has fewer bytes, and fewer values. Four servers at a time may have more to say than the routes of a cluster
 * of thirty.
 */
const LIMITS = { maxBytes: 4_000_000, maxValues: 250_000, freeBytes: 128 * 1024, large: 4, highWaterMark: 4096 };

/**
 * How servers' monitors are queried. Whatever image a NatsCluster names may answer, without an end or a byte now and then, and reconciling other clusters must not
 * wait for it, nor may it exhaust the operator's memory.
 *
 * No certificate is checked: what the monitor says is no secret, nothing secret is sent to it, and a renewed CA must not make all servers unreachable that
 * still present a certificate of the previous one.
 *
 * @param timeout in milliseconds, for each part of an answer; the whole may take three times that
 */
export const monitorHttp = (timeout = REPORT_TIMEOUT): HttpClient =>
  new HttpClient({
    timeout,
    whole: 3 * timeout,
    ...LIMITS,
    keepAliveTimeout: 4_000,
    connect: { rejectUnauthorized: false, ciphers: SERVER_CIPHERS },
  });
