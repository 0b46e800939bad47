// What an app writes, and what it may then know without a cast.
import LoginRocketByDefault, {
  AccessDenied,
  LoginRocket,
  LoginRocketError,
  RateLimited,
  RecordNotFound,
  isLoginRocketError,
  members,
  unwrap,
} from 'loginrocket-wasm';
import type {
  Condition,
  ErrorCode,
  Failure,
  FullLogin,
  LoginResult,
  LoginRocketOptions,
  Next,
  OkayResult,
  Session,
  SignOutReason,
  Snapshot,
  StorageAdapter,
  TokenResult,
} from 'loginrocket-wasm';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function assert<_Claim extends true>(): void {}

assert<Same<typeof LoginRocketByDefault, typeof LoginRocket>>();

// Options: an official client's, and what was added to them.
const options: LoginRocketOptions = { url: 'https://SAMPLE.e2.loginrocket.com/', locale: 'en', timeoutMs: 5000 };
const lr = new LoginRocket(options);
new LoginRocket();
new LoginRocket({ url: new URL('http://127.0.0.1:4400/'), locale: null });

// Properties.
lr.lrUrl = new URL('https://login.example.com/');
lr.lrUrl = null;
lr.locale = undefined;
const version: string = LoginRocket.VERSION;

/** A page that shows what comes next, and cannot forget a case. */
function screen(answer: LoginResult): string {
  switch (answer.next) {
    case 'done':
      assert<Same<typeof answer.session, string>>();
      assert<Same<typeof answer.token, string>>();
      assert<Same<typeof answer.account, string | null | undefined>>();
      return answer.token;
    case 'verify':
      assert<Same<typeof answer.token, string>>();
      return answer.token;
    case 'select_account':
    case 'complete_profile':
      return answer.session + answer.conditions.join();
    case 'verify_email':
      return answer.session ? answer.conditions.join() : 'signed up, but not in';
    case 'other':
      return answer.session ?? 'accepted, but not signed in';
    case undefined:
      return answer.error;
    default:
      return answer satisfies never;
  }
}

/** A failure tells the service's own refusals from everything else. */
function explain(failure: Failure): string {
  switch (failure.code) {
    case 'validation_failed':
    case 'conflict':
      return failure.errors.join();
    case 'internal_error':
      return failure.message;
    case 'rate_limited':
      assert<Same<typeof failure.retryAfterSeconds, number | undefined>>();
      return `${failure.message} ${failure.retryAfterSeconds ?? 0} ${failure.source}`;
    default:
      return failure.source + failure.message;
  }
}

/** Each method takes its parameters and options of the call. */
async function everyCall(signal: AbortSignal): Promise<[LoginResult[], OkayResult[]]> {
  const call = { signal, timeoutMs: 1000, locale: 'es' };
  return [
    [
      await lr.login({ email: 'ada@example.com', password: 'sample' }, call),
      await lr.verifyLogin({ token: 'tmf:sample', code: '000000' }, call),
      await lr.verifyLogin({ code: '000000' }),
      await lr.getSession({ session: 'kss_sample123456', account: null }, call),
      await lr.resetPassword({ token: 'tpw:sample', password: 'sample' }, call),
      await lr.updateProfile({ session: 'kss_sample123456', email: 'ada@example.com' }, call),
      await lr.signup({ email: 'ada@example.com', password: 'sample', org_name: 'Engines' }, call),
    ],
    [
      await lr.logout({ session: 'kss_sample123456' }, call),
      await lr.forgotPassword({ email: 'ada@example.com' }, call),
      await lr.updatePassword({ session: 'kss_sample123456', current_password: 'a', password: 'b' }, call),
      await lr.requestInvitation({ email: 'ada@example.com' }, call),
      await lr.verifyEmail({ token: 'tve:sample' }, call),
    ],
  ];
}

interface Credentials {
  email: string;
  password: string;
}

class Form implements Credentials {
  email = 'ada@example.com';
  password = 'sample';
  touched = true;
}

/** An app's own interfaces and classes are parameters too. */
async function fromForms(credentials: Credentials, form: Form): Promise<LoginResult[]> {
  return [await lr.login(credentials), await lr.login(form), await lr.signup({ ...credentials, org_name: 'Engines' })];
}

/** So are entries, and members that no type lists, where they are meant. */
async function fromEntries(form: FormData): Promise<LoginResult[]> {
  const meant = { email: 'ada@example.com', password: 'sample', shoe_size: 37 };
  return [
    await lr.login(form),
    await lr.login(new URLSearchParams([...form].map(([name, value]) => [name, String(value)]))),
    await lr.signup(new Map([['email', 'ada@example.com']])),
    await lr.getSession(form),
    await lr.signup(meant),
  ];
}

/** Whoever takes an answer apart gets what it may have. */
async function takenApart(form: FormData): Promise<string | undefined> {
  const { error, code, token, session, next, conditions } = await lr.login(form);
  assert<Same<typeof error, string | undefined>>();
  assert<Same<typeof code, ErrorCode | undefined>>();
  assert<Same<typeof token, string | undefined>>();
  assert<Same<typeof next, Next | undefined>>();
  if (conditions?.includes('must_verify_email')) return session;
  if (code === 'rate_limited') return error;
  const { token: jwt, expiresAt, error: none } = await lr.session.token();
  assert<Same<typeof expiresAt, number | undefined>>();
  const { adopted, user } = await lr.session.adoptRedirect();
  const { error: failed } = await lr.forgotPassword(form);
  const { claims, code: why } = await lr.verifyToken(jwt ?? '');
  return adopted ? 'as the snapshot says' : (user?.name ?? none ?? failed ?? why ?? String(claims?.['cs']));
}

/** What an answer has or has not tells what it is. */
async function narrowed(): Promise<string> {
  const answer = await lr.login({ email: 'ada@example.com', password: 'sample' });
  if (answer.error) return answer.error.toUpperCase() + answer.errors.join();
  if (answer.code) return (answer satisfies Failure).code;
  if (answer.conditions) return answer.session;
  if (answer.next === 'done') return answer.token;
  return answer.token ?? answer.session ?? 'accepted';
}

/** Methods need no client before the dot, and are methods all the same. */
const { login, session, verifyToken } = lr;
class Counting extends LoginRocket {
  count = 0;
  override login(...given: Parameters<LoginRocket['login']>): Promise<LoginResult> {
    this.count += 1;
    return super.login(...given);
  }
}
void [login({ email: 'a', password: 'b' }), session.refresh(), verifyToken('e30.e30.sample'), new Counting().login(new FormData())];

/** What is thrown is typed, and the classes are real ones. */
function caught(error: unknown): ErrorCode | undefined {
  if (error instanceof AccessDenied || error instanceof RateLimited || error instanceof RecordNotFound) return error.code;
  if (error instanceof LoginRocketError) return error.code;
  return undefined;
}

/** Exceptions for those who prefer them: what comes out of `unwrap` is no failure. */
async function orThrow(): Promise<string | undefined> {
  try {
    const answer = unwrap(await lr.login({ email: 'ada@example.com', password: 'sample' }));
    assert<Same<Extract<typeof answer, Failure>, never>>();
    if (unwrap(await lr.logout({ session: 'kss_sample123456' })).result !== 'okay') return 'something new';
    return answer.next === 'done' ? (answer satisfies FullLogin).token : undefined;
  } catch (error) {
    if (isLoginRocketError(error) && error.code === 'rate_limited') return `wait ${error.retryAfterSeconds ?? 60} s`;
    throw error;
  }
}

new LoginRocket({ keepProfile: true, keepChallenge: true });
new LoginRocket({ agent: 'my-app/1.0', fetch: (url, init) => fetch(url, init) });
new LoginRocket({ agent: false, fetch });
for (const environment of ['auto', 'browser', 'server'] as const) new LoginRocket({ environment });

/** What does the same is a client to whoever takes one, such as what a test puts in its place. */
const standIn: { [name in keyof LoginRocket]: LoginRocket[name] } = new LoginRocket();
const asGood: LoginRocket = standIn;

/** An app written for the official client switches on `result`; that narrows as well. */
function byResult(answer: LoginResult): string {
  switch (answer.result) {
    case 'full_login':
      return answer.token;
    case 'conditional_login':
      return answer.session;
    case 'error':
      return answer.source === undefined ? answer.error : answer.message;
    default:
      return String(answer.result);
  }
}

/** The code tells refusals from other failures. */
function byCode(failure: Failure): string {
  if (failure.code === 'validation_failed' || failure.code === 'conflict') return String(members(failure)['fields']);
  return failure.source + (failure.serviceErrors ?? []).join();
}

// A value from the service that this version does not know is read without a cast.
function unknownMember(answer: LoginResult): unknown {
  assert<Same<ReturnType<typeof members>, Readonly<Record<string, unknown>>>>();
  return members(answer)['something_new'];
}

// Storages: those of the browser by name, anything like them as it is.
new LoginRocket({ storage: 'local', tokenOrigins: ['https://api.example.com', new URL('https://example.com')] });
new LoginRocket({ storage: sessionStorage });
const kept = new Map<string, string>();
const adapter: StorageAdapter = {
  getItem: async (key) => kept.get(key),
  setItem: (key, value) => kept.set(key, value),
  removeItem: async (key) => void kept.delete(key),
};
new LoginRocket({ storage: adapter });

/** A page that shows who is signed in, and cannot forget a state. */
function view(snapshot: Snapshot): string {
  switch (snapshot.state) {
    case 'loading':
    case 'verify':
      return snapshot.state;
    case 'signed_out':
      assert<Same<typeof snapshot.signOutReason, SignOutReason>>();
      return snapshot.signOutReason;
    case 'conditional':
      assert<Same<typeof snapshot.conditions, readonly Condition[]>>();
      if (snapshot.conditions.includes('must_verify_email') || snapshot.conditions.some((name) => name === 'unheard_of')) return 'mail';
      return snapshot.next;
    case 'signed_in':
      return `${snapshot.user?.name ?? '…'} in ${snapshot.account?.name ?? '…'}`;
  }
}

/** The store contract, without `this`. */
async function useSession({ subscribe, token, fetch, switchAccount, signOut, explain }: Session): Promise<string> {
  const stop: () => void = subscribe((snapshot) => view(snapshot));
  stop();
  const result: TokenResult = await token({ minValiditySeconds: 60, signal: AbortSignal.timeout(1000) });
  if (result.result === 'error') return result.code;
  const response: Response = await fetch(new Request('/api'), { method: 'POST', body: result.token });
  unwrap(await switchAccount('org_sample123456')).token satisfies string;
  unwrap(await signOut()).result;
  return explain().storage.problem ?? response.statusText;
}

/** About the tracked session where none is named. */
async function tracked(): Promise<readonly unknown[]> {
  const profile = await lr.updateProfile({ first_name: 'Ada' });
  const password = await lr.updatePassword({ current_password: 'a', password: 'b' });
  return [await lr.getSession(), await lr.getSession({ account: 'org_sample123456' }), profile, password, await lr.logout()];
}

assert<Same<Next, 'done' | 'verify' | 'select_account' | 'complete_profile' | 'verify_email' | 'other'>>();

export { asGood, byCode, byResult, caught, everyCall, fromEntries, fromForms, narrowed, takenApart, orThrow, explain, screen, tracked, unknownMember, useSession, version, view };
