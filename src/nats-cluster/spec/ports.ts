/** The ports of a NATS pod and its Services, as the Go operator fixed them. */
export const ports = {
  client: 4222,
  cluster: 6222,
  monitoring: 8222,
  metrics: 7777,
} as const;
