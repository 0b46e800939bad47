// What a person does on the demo's pages, found the way a person finds it: by role and by label.

/** The heading of the view that is shown. */
export function heading(page, name) {
  return page.getByRole('heading', { level: 1, name })
}

/** A password field; its button for showing it is labelled much the same. */
export function passwordField(page, label = 'Password') {
  return page.getByLabel(label, { exact: true })
}

/** What a form says went wrong. */
export function failure(page) {
  return page.getByRole('form').getByRole('group')
}

export async function signIn(page, { email, password }) {
  await page.getByLabel('E-mail or username').fill(email)
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

export async function signUp(page, { firstName, lastName, email, password }) {
  await page.getByLabel('First name').fill(firstName)
  await page.getByLabel('Last name').fill(lastName)
  await page.getByLabel('E-mail').fill(email)
  await passwordField(page).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
}

/** Opens the demo and leaves a new person signed in. */
export async function arriveSignedIn({ open, page }, person) {
  await open('#/signup')
  await signUp(page, person)
  await heading(page, `Hello, ${person.name}`).waitFor()
}

/** Opens what the session says of itself. A panel above it appears when the emulator has answered, and would move it away from the click. */
export async function openExplanation(page) {
  await page.getByRole('radio', { name: 'answers' }).waitFor()
  await page.getByText('Why?').click()
}

/** What the browser keeps of the session, for all tabs; undefined while nobody is signed in. */
export async function kept(page) {
  const entries = await page.evaluate(() => Object.values(localStorage).map((value) => JSON.parse(value)))
  return entries.find(({ session }) => session !== undefined)
}

/** The word for how current the view is. */
export function freshness(page, word) {
  return page.locator('.freshness').getByText(word, { exact: true })
}
