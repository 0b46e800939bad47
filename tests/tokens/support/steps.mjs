// What tests of tokens do over and over.

/** Verifies a token; gives `okay`, or the code of the failure. */
export function verify(page, token, options) {
  return page.evaluate(
    ([jwt, how]) => lr.verifyToken(jwt, how).then(({ code, result }) => code ?? result),
    [token, options],
  );
}

/** Verifies many at once; gives how many of them came to what. */
export async function verifyAll(page, tokens) {
  const outcomes = await page.evaluate(
    (jwts) => Promise.all(jwts.map((jwt) => lr.verifyToken(jwt).then(({ code, result }) => code ?? result))),
    tokens,
  );
  return outcomes.reduce((counts, outcome) => ({ ...counts, [outcome]: (counts[outcome] ?? 0) + 1 }), {});
}

/** Signs a person in who is expected to get in; gives the token. */
export function tokenOf(page, person) {
  return page.evaluate((who) => lr.login(who).then(({ token }) => token), person);
}

/** The same, got by a way from which the client learns nothing. */
export function foundTokenOf(page, person) {
  return page.evaluate(async (who) => {
    const answer = await fetch(`${lr.lrUrl}login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(who),
    });
    return (await answer.json()).token;
  }, person);
}
