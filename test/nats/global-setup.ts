import { natsServerBinary } from '../../tools/toolchain/nats-server';
import { confReader } from './support/conf-reader';
import { allVersions, digestVersions, jetStreamVersions } from './support/versions';

/** Builds every server of the tier before its tests' time runs. Without them: a failure in CI, a loud skip elsewhere. */
export default async function setUp(): Promise<void> {
  try {
    for (const version of allVersions) {
      await natsServerBinary(version);
      await confReader(version);
    }
    for (const version of [...digestVersions, ...jetStreamVersions]) await natsServerBinary(version);
    process.env.NATS_TEST_SERVERS = 'built';
  } catch (error) {
    if (process.env.CI === 'true') throw error;
    console.warn(`\nSKIPPED: the nats tier, for its servers can't be built.\n${String(error)}\n`);
  }
}
