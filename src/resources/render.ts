import type { Child } from '../model/child';
import type { ClusterModel } from '../model/cluster-model';
import { clientService } from './client-service';
import { configSecret, type ConfigContent } from './config-secret';
import { managementService } from './management-service';
import { podDisruptionBudget } from './pod-disruption-budget';
import { statefulSet, type StatefulSetPlan } from './stateful-set';

/** Everything that a NatsCluster consists of, in the order that it is applied in: what pods need comes before them. */
export function renderChildren(model: ClusterModel, config: ConfigContent, statefulSetPlan: StatefulSetPlan): Child[] {
  return [
    configSecret(model, config),
    managementService(model),
    clientService(model),
    podDisruptionBudget(model),
    statefulSet(model, statefulSetPlan),
  ];
}
