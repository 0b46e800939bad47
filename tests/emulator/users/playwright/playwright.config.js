import { defineConfig } from '@playwright/test';

const { APP_PORT, EMULATOR_PORT } = process.env;

export default defineConfig({
  workers: 2,
  testMatch: process.env.TESTS ?? '*.spec.js',
  fullyParallel: true,
  expect: { timeout: 60_000 },
  use: {
    baseURL: `http://localhost:${APP_PORT}`,
    // The browser of all of this project's tests.
    launchOptions: { executablePath: process.env.CHROME, args: ['--no-sandbox'] },
  },
  webServer: [
    { command: 'node serve.js', url: `http://localhost:${APP_PORT}/` },
    { command: `npx loginrocket-emulator --port ${EMULATOR_PORT} --core-port 0`, url: `http://127.0.0.1:${EMULATOR_PORT}/connect/jwks` },
  ],
});
