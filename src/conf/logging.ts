import type { ClusterModel } from '../model/cluster-model';
import { given } from '../model/given';
import type { ConfBlock } from './conf';

/** What the server writes to its log, where that differs from its own default. */
export function logging({ natsConfig: { debug, trace, disableLogtime } }: ClusterModel): ConfBlock {
  return {
    debug: given(debug),
    trace: given(trace),
    logtime: disableLogtime ? false : undefined,
  };
}
