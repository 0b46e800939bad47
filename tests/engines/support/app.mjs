// What a person does with the apps of `tests/packages/apps`, in any engine: the page does it to itself, because engines
// agree on documents and not on drivers.

/** Waits in the page until the app says that the session is in a state; gives whose it is. */
export const untilState = (page, state) =>
  page.evaluate(async (expected) => {
    const end = Date.now() + 15_000;
    const shown = () => document.querySelector('[role=status]')?.textContent;
    while (shown() !== expected) {
      if (Date.now() > end) throw new Error(`the app says ${shown()}, not ${expected}: ${document.body.innerText}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return document.querySelector('h1').textContent;
  }, state);

/** Fills in the form and sends it. */
export const submit = (page, person) =>
  page.evaluate((given) => {
    const [form] = document.forms;
    for (const name of ['email', 'password']) form.elements[name].value = given[name];
    form.requestSubmit();
  }, person);

/** Signs out by the app's button. */
export const leave = (page) => page.evaluate(() => document.querySelector('#sign-out').click());
