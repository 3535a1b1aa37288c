import type { Flags } from './flags';

/** Where the API server calls the webhooks: /mutate/nats-operator, /validate/nats-operator. No secret: docs/adr/0021-fixed-webhook-path.md. */
export const WEBHOOK_PATH = 'nats-operator';

/** What the flags mean to the module and to Pepr, which read it when they are loaded. */
export function operatorEnvironment({ scope, imageRepository, logLevel }: Flags): Record<string, string> {
  return {
    NATS_OPERATOR_LAUNCHED: 'true',
    // Watching and admitting in one process; anything else is one of the two.
    PEPR_MODE: 'dev',
    PEPR_API_PATH: WEBHOOK_PATH,
    WATCH_NAMESPACE: scope?.join() ?? '',
    IMAGE_REPOSITORY: imageRepository,
    LOG_LEVEL: logLevel,
    PINO_TIME_STAMP: 'iso',
  };
}
