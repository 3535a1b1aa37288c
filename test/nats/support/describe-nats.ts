/** `describe`, but for machines that can't build a nats-server: global-setup.ts has said so there. */
export const describeNats = process.env.NATS_TEST_SERVERS === 'built' ? describe : describe.skip;
