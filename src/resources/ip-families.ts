import type { V1ServiceSpec } from '@kubernetes/client-node';
import type { ServicePolicy } from '../model/cluster-model';

/** The IP families that a Service is asked to have. What is not asked for stays as the API server has set it. */
export const ipFamilies = ({ ipFamilyPolicy, ipFamilies: families }: ServicePolicy): V1ServiceSpec => ({
  ...(ipFamilyPolicy === undefined ? {} : { ipFamilyPolicy }),
  ...(families === undefined ? {} : { ipFamilies: families }),
});
