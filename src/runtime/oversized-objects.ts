import type { InformerTarget } from './informer-target';

/** The beginning of the JSON of a built-in object: its identity precedes all long fields. */
const IDENTITY =
  /"metadata":\{"name":"([^"]+)",(?:"generateName":"[^"]*",)?"namespace":"([^"]+)","uid":"([^"]+)","resourceVersion":"(\d+)"/;

/** The beginning of the JSON of a list. */
const LIST = /^\{"kind":"[^"]*","apiVersion":"[^"]*","metadata":(\{[^{}]*\}),"items":/;

/** The identity of an oversized object, from its first bytes; undefined if they do not contain it. */
export function identityIn(head: string): InformerTarget | undefined {
  const [, name, namespace, uid, resourceVersion] = IDENTITY.exec(head) ?? [];
  if (name === undefined || namespace === undefined || uid === undefined || resourceVersion === undefined)
    return undefined;
  return { metadata: { name, namespace, uid, resourceVersion } };
}

export interface ListMetadata {
  readonly resourceVersion?: string;
  readonly continue?: string;
}

/** The metadata of an oversized list page; undefined if it does not precede the items. */
export function listMetadataIn(head: string): ListMetadata | undefined {
  const [, metadata] = LIST.exec(head) ?? [];
  return metadata === undefined ? undefined : (JSON.parse(metadata) as ListMetadata);
}
