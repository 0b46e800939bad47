import { defineConfig } from '@playwright/test';

const { APP_PORT } = process.env;

export default defineConfig({
  expect: { timeout: 60_000 },
  use: {
    baseURL: `http://localhost:${APP_PORT}`,
    // The browser of all of this project's tests.
    launchOptions: { executablePath: process.env.CHROME, args: ['--no-sandbox'] },
  },
  webServer: { command: 'node serve.js', url: `http://localhost:${APP_PORT}/` },
});
