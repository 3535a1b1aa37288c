import { NAME } from '../names';
import type { Rendering } from '../rendering';
import type { KubernetesObject } from './kubernetes-object';
import { clusterMetadata } from './metadata';

const API = { apiVersion: 'admissionregistration.k8s.io/v1' };

/** Of the tokens that the operator may ask for, RBAC knows neither audience nor account; and a Secret of a certain type is one for the API server. */
const rule = (resources: readonly string[]): object => ({
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE'],
  resources,
  scope: 'Namespaced',
});

/** What binds the operator to tokens that are for NATS clusters alone. It says nothing about anybody else. */
export const tokenPolicy = (rendering: Rendering): KubernetesObject => ({
  ...API,
  kind: 'ValidatingAdmissionPolicy',
  metadata: clusterMetadata(rendering, POLICY),
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      resourceRules: [rule(['serviceaccounts/token', 'secrets'])],
    },
    matchConditions: [
      {
        name: 'is-the-operator',
        expression: `request.userInfo.username == 'system:serviceaccount:${rendering.namespace ?? ''}:${NAME}'`,
      },
    ],
    validations: [
      {
        // The API server checks types as if each object were of each kind: a Secret has no spec.
        expression:
          "request.resource.resource != 'serviceaccounts' || (has(dyn(object).spec.audiences) && dyn(object).spec.audiences.size() > 0 && dyn(object).spec.audiences.all(audience, audience.startsWith('nats://')))",
        message: 'nats-operator asks for tokens whose audiences begin with nats:// alone',
        reason: 'Forbidden',
      },
      {
        expression:
          "request.resource.resource != 'secrets' || !has(object.type) || !(object.type in ['kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'])",
        message: 'nats-operator makes no Secret that is a login to the API server',
        reason: 'Forbidden',
      },
    ],
  },
});

export const tokenPolicyBinding = (rendering: Rendering): KubernetesObject => ({
  ...API,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: clusterMetadata(rendering, POLICY),
  spec: { policyName: POLICY, validationActions: ['Deny'] },
});

const POLICY = `${NAME}-tokens`;
