/** Stops the API server of the tier. */
export default async function tearDown(): Promise<void> {
  await globalThis.apiServer?.stop();
}
