// Someone who opens the app for the first time, on a machine and a network that can be slow.

/** A page with nothing cached, with a slower processor (`cpu` times) and a slower `network` where the condition says so. */
export async function openContext(browser, { cpu, network }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  if (cpu) await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (network) {
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', network);
  }
  return { context, page };
}
