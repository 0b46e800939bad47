// What a person does with an app, what they see, and what only a test sees.

/** Waits until the app says that the session is in this state. */
export function isIn(page, state) {
  return page.getByRole('status').filter({ hasText: new RegExp(`^${state}$`) }).waitFor();
}

/** Fills in the form and sends it. */
export async function submit(page, { email, password }) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Signs a person in. */
export async function arrive(page, person) {
  await isIn(page, 'signed_out');
  await submit(page, person);
  await isIn(page, 'signed_in');
}

/** Signs out with the app's button. */
export async function leave(page) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await isIn(page, 'signed_out');
}

/** How many listeners the session has. */
export function listeners(page) {
  return page.evaluate(() => app.lr.session.explain().listeners);
}

/** How often the app has rendered, once it has done so this often at least. */
export async function renders(page, expected) {
  await page.waitForFunction((count) => app.renders.count >= count, expected);
  return page.evaluate(() => app.renders.count);
}
