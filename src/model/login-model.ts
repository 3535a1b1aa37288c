import { given } from './given';
import type { Login } from './secrets/login';

/** What servers log in to each other with, and how long that may take. */
export interface LoginModel extends Login {
  /** Seconds; undefined leaves it to the server. */
  readonly timeout: number | undefined;
}

/** Resolves the login of routes or gateways; undefined where they need none. */
export const resolveLogin = (login: Login | undefined, timeout: number | undefined): LoginModel | undefined =>
  login && { ...login, timeout: given(timeout) };
