/** The words of `status.state`, which `kubectl get` shows as STATUS: what each means. docs/events.md is written from it. */
export const states = {
  Creating: 'the servers are being created, and have not all been ready yet',
  WaitingForSecrets: 'the servers are created once the Secrets of the spec are there',
  Healthy: 'all servers are ready and run the spec',
  Updating: 'servers are replaced, or reload, one at a time; UPDATED counts them',
  Scaling: 'servers are being added or removed',
  Adopting: 'the pods of the legacy operator are being adopted',
  Degraded: 'some server is not ready, and none is being replaced',
  Unavailable: 'no server is ready',
  Partitioned: 'servers that are being replaced have no routes to the others yet',
  Unschedulable: "no node fits a server's pod",
  ImagePullError: "a server's image cannot be pulled",
  CrashLoop: "a server's container exits again and again",
  StartError: "a server's container cannot be started",
  PodRejected: "a server's pod cannot be created, for a quota or an admission policy",
  Disconnected: 'all servers are ready, but a gateway, a leaf node remote or the extra routes are not connected',
  Paused: '`spec.paused` is true',
  SpecInvalid: 'the spec is invalid; the servers keep the last valid one',
  SecretInvalid: 'a Secret is missing or invalid; the servers keep the last good configuration',
  NameConflict: 'an object of a name that the cluster needs belongs to another owner',
  ApplyRejected: 'the API server rejects a child object',
  RolledBack: 'an update failed and was rolled back; the servers run the last good configuration',
  ScaleBlocked: 'the requested size would lose streams of JetStream',
  ReloadFailed: 'a server has not loaded its changed configuration',
  Error: 'the operator cannot reconcile the cluster',
} as const;

export type ClusterState = keyof typeof states;
