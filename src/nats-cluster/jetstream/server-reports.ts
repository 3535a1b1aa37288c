import type { ServerReport } from '../observed';
import type { AnsweringJetStream, JetStreamReport } from './report';

/** The reports of a cluster's servers by pod name. */
export type Reports = ReadonlyMap<string, ServerReport>;

/** What a server says of its JetStream, or why it does not; undefined if it was not queried for it. */
export function jetStreamReport(reports: Reports, server: string): JetStreamReport | undefined {
  const report = reports.get(server);
  return report?.answered ? report.jetstream : undefined;
}

/** What a server says of its JetStream; undefined if it does not. */
export function answeringJetStream(reports: Reports, server: string): AnsweringJetStream | undefined {
  const report = jetStreamReport(reports, server);
  return report?.answered ? report : undefined;
}

export const isOn = (report: JetStreamReport | undefined): report is AnsweringJetStream =>
  report?.answered === true && report.state === 'on';

/** Those of these servers that answer and have JetStream switched on. */
export const servingJetStreams = (
  reports: Reports,
  servers: readonly { readonly name: string }[],
): AnsweringJetStream[] => servers.map(({ name }) => jetStreamReport(reports, name)).filter(isOn);
