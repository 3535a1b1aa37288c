import type { LoginModel } from '../model/login-model';
import type { ConfBlock } from './conf';

/** The block `authorization` of routes or gateways. */
export function loginBlock({ username, password, timeout }: LoginModel): ConfBlock {
  return { username, password, timeout };
}
