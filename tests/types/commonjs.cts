// CommonJS: the same names, from `require`.
import lib = require('loginrocket-wasm');

const lr: lib.LoginRocket = new lib.LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' });
const same: lib.LoginRocket = new lib.default({ url: lr.lrUrl });

async function signIn(): Promise<string | undefined> {
  const answer: lib.LoginResult = await same.login({ email: 'ada@example.com', password: 'sample' });
  return answer.next === 'done' ? answer.token : undefined;
}

// @ts-expect-error The module itself is not the class.
new lib({ url: 'https://SAMPLE.e2.loginrocket.com/' });

export { signIn };
