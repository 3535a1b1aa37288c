import type { InformerTarget } from './informer';

/** How the JSON of an object of Kubernetes' own kinds begins: its identity stands before anything that can be long. */
const IDENTITY =
  /"metadata":\{"name":"([^"]+)",(?:"generateName":"[^"]*",)?"namespace":"([^"]+)","uid":"([^"]+)","resourceVersion":"(\d+)"/;

/** How a list of them begins. */
const LIST = /^\{"kind":"[^"]*","apiVersion":"[^"]*","metadata":(\{[^{}]*\}),"items":/;

/** Which object it is that is too large, by what was read of it; undefined where that does not tell. */
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

/** Where a list goes on, of which one page is too large; undefined where that is not told before its items. */
export function listMetadataIn(head: string): ListMetadata | undefined {
  const [, metadata] = LIST.exec(head) ?? [];
  return metadata === undefined ? undefined : (JSON.parse(metadata) as ListMetadata);
}
