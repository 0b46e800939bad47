// What the types refuse. Each line below would compile silently if a type were loose.
import { LoginRocket, LoginRocketError, isLoginRocketError, unwrap } from 'loginrocket-wasm';
import type { ErrorCode, LoginResult, Next, OkayResult } from 'loginrocket-wasm';

declare const lr: LoginRocket;
declare const answer: LoginResult;
declare const okay: OkayResult;

// @ts-expect-error The URL is a string or a URL.
new LoginRocket({ url: 4400 });
// @ts-expect-error There is no API key in a browser.
new LoginRocket({ apiKey: 'sample' });
// @ts-expect-error Options are an object.
new LoginRocket('https://SAMPLE.e2.loginrocket.com/');
// @ts-expect-error A timeout is a number of milliseconds.
new LoginRocket({ timeoutMs: '10s' });

// @ts-expect-error The password is missing.
void lr.login({ email: 'ada@example.com' });
// @ts-expect-error Parameters are required.
void lr.login();
// @ts-expect-error A parameter is misspelt.
void lr.login({ email: 'ada@example.com', password: 'sample', acount: 'org_sample123456' });
// @ts-expect-error Parameters have underscores, as the service has them.
void lr.updateProfile({ firstName: 'Ada' });
// @ts-expect-error There is no such parameter.
void lr.signup({ email: 'ada@example.com', password: 'sample', lastname: 'Lovelace' });
// @ts-expect-error People are told apart by `email`, whatever it holds.
void lr.login({ username: 'ada', password: 'sample' });
// @ts-expect-error Parameters are one object.
void lr.login('ada@example.com', 'sample');
// @ts-expect-error A form gives its data: new FormData(form).
void lr.login(document.createElement('form'));
// @ts-expect-error An event is no parameters.
document.addEventListener('submit', lr.login);
// @ts-expect-error An option is misspelt.
new LoginRocket({ storge: 'local' });
// @ts-expect-error Times say their unit.
new LoginRocket({ timeout: 5000 });
// @ts-expect-error An option of a call is misspelt.
void lr.logout(null, { timeoutms: 5000 });
// @ts-expect-error The code is a string, or its leading zeros are lost.
void lr.verifyLogin({ token: 'tmf:sample', code: 12345 });
// @ts-expect-error A session id is a string.
void lr.getSession({ session: 1 });
// @ts-expect-error A signal cancels, not a controller.
void lr.logout({ session: 'kss_sample123456' }, { signal: new AbortController() });
// @ts-expect-error There is no such method.
void lr.listAccounts();

// @ts-expect-error A storage is one of three names, or an adapter.
new LoginRocket({ storage: 'cookie' });
// @ts-expect-error An adapter can remove, too.
new LoginRocket({ storage: { getItem: () => null, setItem: () => {} } });
// @ts-expect-error It is a browser or a server.
new LoginRocket({ environment: 'node' });
// @ts-expect-error Origins are a list.
new LoginRocket({ tokenOrigins: 'https://api.example.com' });
// @ts-expect-error The session is the client's own.
lr.session = lr.session;
// @ts-expect-error A snapshot is read, not written.
lr.session.snapshot.state = 'signed_in';
// @ts-expect-error No snapshot holds a token.
lr.session.snapshot.token;
// @ts-expect-error Only a session with conditions has any.
lr.session.snapshot.conditions.length;
// @ts-expect-error A listener is a function.
lr.session.subscribe({});
// @ts-expect-error A time to wait is a number of seconds.
void lr.session.token({ minValiditySeconds: '60' });
// @ts-expect-error It may be a failure, which has no token.
(await lr.session.token()).token satisfies string;
// @ts-expect-error An account is named.
void lr.session.switchAccount();

// @ts-expect-error Only a completed sign-in has a JWT, so `next` is asked first.
answer.token satisfies string;
// @ts-expect-error A failure has no session.
if (answer.result === 'error' && answer.next === undefined) answer.session satisfies string;
// @ts-expect-error Not every answer is a failure.
answer.error satisfies string;
// @ts-expect-error What an answer may have beside, `members` gives.
if (answer.next === 'done') answer.something_new;
// @ts-expect-error A member of an answer is misspelt.
if (answer.next === 'done') answer.tokn;
// @ts-expect-error A code is misspelt.
if (answer.code === 'rate_limit') answer.error;
// @ts-expect-error A step is misspelt.
if (answer.next === 'mfa') answer.token;
// @ts-expect-error A state is misspelt.
lr.session.snapshot.state === 'signedIn';
// @ts-expect-error An answer is awaited first.
lr.login({ email: 'ada@example.com', password: 'sample' }).next;
// @ts-expect-error Without a look at `next` there may be no token.
localStorage.setItem('sample', answer.token);
// @ts-expect-error Answers are read, not written.
if (answer.next === 'done') answer.token = 'sample';
// @ts-expect-error Nothing but a login-like call says what is next.
okay.next satisfies Next;

// @ts-expect-error The steps are a closed set.
'retry' satisfies Next;
// @ts-expect-error The codes are a closed set.
'AccessDenied' satisfies ErrorCode;
// @ts-expect-error A code cannot be invented.
new LoginRocketError('message', 'oops');
// @ts-expect-error The version is read only.
LoginRocket.VERSION = '2.0.0';
// @ts-expect-error An agent is a name, or false for none.
new LoginRocket({ agent: true });
// @ts-expect-error A fetch gives a promise of a response.
new LoginRocket({ fetch: () => 'answer' });
// @ts-expect-error What is unwrapped is an answer, not the promise of one.
unwrap(lr.login({ email: 'ada@example.com', password: 'sample' }));
// @ts-expect-error What was unwrapped cannot be a failure any more.
unwrap(answer).result === 'error';
// @ts-expect-error Anything may be thrown; it is asked first.
(error: unknown) => error.code;
// @ts-expect-error The message of an error is not a code.
(error: unknown) => isLoginRocketError(error) && error.code === error.message.length;
