// Someone who opens the app for the first time, on a machine and a network as slow as is asked for.

/** A page with nothing cached, as fast as the condition says. */
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
