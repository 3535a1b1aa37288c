import { version } from '../../package.json';
import type { Choice } from './rendering';
import { isEmpty, valueAt } from './values';

/** A value that has to be there, as values.yaml's default has it. */
export const value = (path: string): Choice<string | number> => ({
  helm: `$.Values.${path}`,
  plain: values => valueAt(values, path) as string | number,
});

/** The ports of the pods. */
export const webhookPort = value('webhookPort');
export const healthPort = value('healthPort');
export const webhookHealthPort = value('webhookHealthPort');

/** Whether values.yaml has something at that path. */
export const isGiven = (path: string): Choice<boolean> => ({
  helm: `$.Values.${path}`,
  plain: values => !isEmpty(valueAt(values, path)),
});

export const isClusterWide: Choice<boolean> = {
  helm: 'eq $.Values.scope "cluster"',
  plain: ({ scope }) => scope === 'cluster',
};

export const isNamespaced: Choice<boolean> = {
  helm: 'eq $.Values.scope "namespaced"',
  plain: ({ scope }) => scope === 'namespaced',
};

/** Whether both hold. */
export const both = (one: Choice<boolean>, other: Choice<boolean>): Choice<boolean> => ({
  helm: `and (${one.helm}) (${other.helm})`,
  plain: values => one.plain(values) && other.plain(values),
});

export function not(condition: Choice<boolean>): Choice<boolean> {
  return { helm: `not (${condition.helm})`, plain: values => !condition.plain(values) };
}

/** The one number where that holds, else the other. */
export const ternary = (condition: Choice<boolean>, one: number, other: number): Choice<number> => ({
  helm: `ternary ${one} ${other} (${condition.helm})`,
  plain: values => (condition.plain(values) ? one : other),
});

/** Only clients with certificates of an authority that is named may ask the webhooks. */
export const hasWebhookClientCA = both(isClusterWide, isGiven('webhookClientCA.configMap'));

/** Whether ServiceAccounts can be users, for which the operator issues tokens. */
export const servesAccounts = isGiven('serviceAccounts.enabled');

/** Whether the API server holds the operator to tokens of its own audiences. */
export const hasTokenPolicy = both(isClusterWide, both(servesAccounts, isGiven('serviceAccounts.admissionPolicy')));

/** cert-manager makes the webhook's certificate; without webhooks there is none to be made. */
export const hasIssuedCertificate = both(isClusterWide, isGiven('certManager.enabled'));

/** By an issuer of our own, where none is named. */
export const isSelfSigned = both(hasIssuedCertificate, not(isGiven('certManager.issuerRef')));

/** The operator's version: of the chart, the images and the package at once. */
export const appVersion: Choice<string> = { helm: '$.Chart.AppVersion', plain: () => version };

/** By digest where one is given, else by tag. */
export const image: Choice<string> = {
  helm: 'include "nats-operator.image" $',
  plain: values => `${String(valueAt(values, 'image.repository'))}:${version}`,
};

/** The namespaces that a namespaced operator looks after, where they are said. */
export const namespaceList: Choice<string> = {
  helm: 'join "," $.Values.namespaces',
  plain: values => (valueAt(values, 'namespaces') as readonly string[]).join(','),
};
