import type { ConfBlock } from '../../nats/conf/conf';
import { omitZero } from '../spec/omit-zero';
import type { ResolvedJetStream } from '../spec/jetstream';
import { JETSTREAM_FOLDER } from '../spec/pod-parts';

/**
 * The block `jetstream`. Both sizes are always set, in bytes: a server derives one that is not from its memory or disk at its
 * start, and then takes none without a restart.
 */
export const jetStreamBlock = ({
  fileStorage,
  memorySize,
  domain,
  uniqueTag,
  limits,
  syncInterval,
}: ResolvedJetStream): ConfBlock => ({
  store_dir: JETSTREAM_FOLDER,
  max_memory_store: memorySize,
  max_file_store: fileStorage?.maxStore ?? 0,
  domain,
  unique_tag: uniqueTag,
  sync_interval: syncInterval,
  limits: {
    max_ack_pending: omitZero(limits.maxAckPending),
    max_ha_assets: omitZero(limits.maxHAAssets),
    max_request_batch: omitZero(limits.maxRequestBatch),
    duplicate_window: omitZero(limits.duplicateWindow),
  },
});

/** Tags of the server, which is how streams choose it. */
export const serverTags = (jetstream: ResolvedJetStream | undefined): ConfBlock =>
  jetstream === undefined || jetstream.serverTags.length === 0 ? {} : { server_tags: [...jetstream.serverTags] };
