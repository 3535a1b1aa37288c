import type { Flags } from './flags';

/**
 * Path segment of the webhooks, /mutate/nats-operator and /validate/nats-operator. Not a secret:
 * docs/adr/0009-fixed-webhook-path.md.
 */
export const WEBHOOK_PATH = 'nats-operator';

/** The environment variables for the module and for Pepr, which read them when they are loaded. */
export function operatorEnvironment({ scope, imageRepository, logLevel }: Flags): Record<string, string> {
  return {
    NATS_OPERATOR_LAUNCHED: 'true',
    // In `dev` mode, one process runs both the controllers and admission.
    PEPR_MODE: 'dev',
    PEPR_API_PATH: WEBHOOK_PATH,
    WATCH_NAMESPACE: scope?.join() ?? '',
    IMAGE_REPOSITORY: imageRepository,
    LOG_LEVEL: logLevel,
    PINO_TIME_STAMP: 'iso',
  };
}
