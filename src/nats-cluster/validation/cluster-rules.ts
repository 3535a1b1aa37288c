import { rolesReachServers, timeoutsAreUsed, usersComeFromOnePlace, secretsAreTheUsers } from './auth-rules';
import { containersAreComplete } from './container-rules';
import {
  advertisedPortIsOpen,
  nodesCanBeRead,
  extraPortsAreFree,
  hostNetworkKnowsTheCluster,
  hostPortsNeedNodes,
} from './port-rules';
import { extraConfigIsValid } from './extra-config-rules';
import { metadataIsValid } from './metadata-rules';
import {
  natsContainerImageIsUnused,
  natsContainerIsNamed,
  natsContainerKeepsOurs,
  serverNameIsGiven,
  variablesAreNamed,
  variablesKeepOurs,
} from './nats-container-rules';
import { lameDuckOutlastsGrace, payloadIsModerate, traceIsOff } from './nats-config-rules';
import { accountsAreKeys, resolverIsGiven, resolverUrlIsValid } from './operator-config-rules';
import {
  extraRoutesDiffer,
  remotesAreOfOneKind,
  remoteUrlsAreValid,
  remoteUrlsHoldNoCredentials,
} from './remote-server-rules';
import { jetStreamFolderIsNotShared, jetStreamHasRoom } from './jetstream-rules';
import {
  jetStreamIsDeclaredOnce,
  jetStreamIsOnDisk,
  jetStreamMayGrow,
  jetStreamSizeIsOdd,
  jetStreamStoresFit,
  jetStreamVersionIsSafe,
  jetStreamVersionKeepsData,
} from './jetstream-storage-rules';
import { resourcesAreValid } from './resource-rules';
import { imagesAreMaintained } from './retired-images';
import type { Rule } from './rule';
import {
  containerNamesAreFree,
  containerPortsAreFree,
  gracePeriodOutlastsLameDuck,
  podSpecKeepsOurs,
  labelsKeepOurs,
} from './template-rules';
import { cipherSuitesAreKnown, secretsAreUsed, websocketsAreEncrypted, websocketTimeoutCounts } from './tls-rules';
import { tolerationsAreValid } from './toleration-rules';
import { serverIgnoresNothing, serverIsNewEnough, versionIsReadable, versionIsSupported } from './version-rules';
import { mountedVolumesExist, mountPathsAreFree, volumeNamesAreFree, volumesHaveOneSource } from './volume-rules';

/** Every rule, beyond the CRD's, whose violation makes a NatsCluster invalid. */
export const clusterRules: readonly Rule[] = [
  versionIsReadable,
  serverIsNewEnough,
  extraConfigIsValid,
  jetStreamIsDeclaredOnce,
  jetStreamStoresFit,
  jetStreamMayGrow,
  jetStreamVersionKeepsData,
  jetStreamHasRoom,
  jetStreamFolderIsNotShared,
  extraPortsAreFree,
  lameDuckOutlastsGrace,
  serverNameIsGiven,
  variablesKeepOurs,
  variablesAreNamed,
  metadataIsValid,
  tolerationsAreValid,
  resourcesAreValid,
  natsContainerKeepsOurs,
  labelsKeepOurs,
  podSpecKeepsOurs,
  containersAreComplete,
  containerNamesAreFree,
  containerPortsAreFree,
  volumeNamesAreFree,
  volumesHaveOneSource,
  mountedVolumesExist,
  mountPathsAreFree,
  cipherSuitesAreKnown,
  usersComeFromOnePlace,
  remoteUrlsAreValid,
  remotesAreOfOneKind,
  resolverUrlIsValid,
  extraRoutesDiffer,
  secretsAreTheUsers,
];

/** Every rule whose breach is worth a warning. */
export const clusterWarnings: readonly Rule[] = [
  versionIsSupported,
  jetStreamVersionIsSafe,
  jetStreamIsOnDisk,
  jetStreamSizeIsOdd,
  serverIgnoresNothing,
  imagesAreMaintained,
  hostPortsNeedNodes,
  hostNetworkKnowsTheCluster,
  nodesCanBeRead,
  advertisedPortIsOpen,
  payloadIsModerate,
  traceIsOff,
  natsContainerIsNamed,
  natsContainerImageIsUnused,
  gracePeriodOutlastsLameDuck,
  secretsAreUsed,
  websocketTimeoutCounts,
  websocketsAreEncrypted,
  rolesReachServers,
  timeoutsAreUsed,
  resolverIsGiven,
  accountsAreKeys,
  remoteUrlsHoldNoCredentials,
];
