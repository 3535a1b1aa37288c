import type { V1ContainerState, V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { JetStreamReport } from '../jetstream/report';
import type { RequestOutcomes } from '../jetstream/system-request';
import type { Observed, ServerReport } from '../observed';
import { redaction, type Redaction } from '../../text/redaction';
import { knownSecrets } from './known-secrets';

/**
 * The observed state without secrets in the texts of servers, kubelets and the API server. Status, Events and logs quote these texts, so they are
 * redacted before use: a server may print the line of its configuration that it rejects.
 */
export function redactObserved(observed: Observed): Observed {
  const clean = lazily(() => redaction(knownSecrets(observed)));
  const { pods, servers, health, rejection, podRejection, requests } = observed;
  return {
    ...observed,
    pods: pods.map(pod => cleanPod(pod, clean)),
    servers: new Map([...servers].map(([name, report]) => [name, redactReport(report, clean)])),
    ...(health === undefined ? {} : { health: new Map([...health].map(([name, words]) => [name, clean(words)])) }),
    ...(requests === undefined ? {} : { requests: cleanOutcomes(requests, clean) }),
    ...(rejection === undefined ? {} : { rejection: { ...rejection, why: clean(rejection.why) } }),
    ...(podRejection === undefined ? {} : { podRejection: cleanMessage(podRejection, clean) }),
  };
}

const cleanOutcomes = (requests: RequestOutcomes, clean: Redaction): RequestOutcomes =>
  new Map(
    [...requests].map(([id, { age, error }]) => [id, { age, error: error === undefined ? undefined : clean(error) }]),
  );

/** Collects the secrets only when there is text to redact: healthy clusters have none. */
function lazily(make: () => Redaction): Redaction {
  let made: Redaction | undefined;
  return text => withoutOtherFiles((made ??= make())(text));
}

/**
 * A server quotes what it rejects of a file. One that a configuration includes may be any that the pod mounts, and hold anything: of what is said of
 * it only the place is left.
 *
 * @see nats-server, conf/parse.go, and server/errors.go, configErr
 */
const withoutOtherFiles = (text: string): string =>
  text.replace(PLACE, '$<place> (what the server quotes of that file is left out)');

/** To the end, for what is quoted may have line breaks. That a file can't be opened says nothing of what is in it. */
const PLACE =
  /(?<place>include file '[^'\n]*'(?!, (?:error opening config file: )?(?:open|read) [^:\n]{1,1024}: (?:no such file|permission denied|is a directory|not a directory))|(?<![^\s'"(])\/(?!etc\/nats-config\/nats[\w.-]*:)[^\s:'"]*:\d+(?::\d+)?(?=:))[^]+$/;

function cleanPod(pod: V1Pod, clean: Redaction): V1Pod {
  const { status } = pod;
  if (status === undefined) return pod;
  const { containerStatuses, initContainerStatuses, conditions } = status;
  return {
    ...pod,
    status: {
      ...status,
      ...(containerStatuses === undefined ? {} : { containerStatuses: cleanContainers(containerStatuses, clean) }),
      ...(initContainerStatuses === undefined
        ? {}
        : { initContainerStatuses: cleanContainers(initContainerStatuses, clean) }),
      ...(conditions === undefined ? {} : { conditions: conditions.map(condition => cleanMessage(condition, clean)) }),
    },
  };
}

const cleanContainers = (statuses: readonly V1ContainerStatus[], clean: Redaction): V1ContainerStatus[] =>
  statuses.map(({ state, lastState, ...rest }) => ({
    ...rest,
    ...(state === undefined ? {} : { state: cleanState(state, clean) }),
    ...(lastState === undefined ? {} : { lastState: cleanState(lastState, clean) }),
  }));

const cleanState = ({ waiting, terminated, ...rest }: V1ContainerState, clean: Redaction): V1ContainerState => ({
  ...rest,
  ...(waiting === undefined ? {} : { waiting: cleanMessage(waiting, clean) }),
  ...(terminated === undefined ? {} : { terminated: cleanMessage(terminated, clean) }),
});

const cleanMessage = <T extends { message?: string }>(said: T, clean: Redaction): T =>
  said.message ? { ...said, message: clean(said.message) } : said;

function redactReport(report: ServerReport, clean: Redaction): ServerReport {
  if (!report.answered) return { ...report, reason: clean(report.reason) };
  const { jetstream } = report;
  return jetstream === undefined ? report : { ...report, jetstream: redactJetStream(jetstream, clean) };
}

function redactJetStream(report: JetStreamReport, clean: Redaction): JetStreamReport {
  if (!report.answered) return { ...report, reason: clean(report.reason) };
  return report.problem === undefined ? report : { ...report, problem: clean(report.problem) };
}
