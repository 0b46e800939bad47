// Tokens that are trusted and tokens that are not, the hosted pages, and what comes back from them.
import {
  LoginRocket,
  unwrap,
  type AdoptResult,
  type ErrorCode,
  type HostedPages,
  type SessionUser,
  type TokenCode,
  type UntrustedToken,
  type VerifiedToken,
} from 'loginrocket-wasm';

const lr = new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/', verify: 'lazy' });

/** Something that must not be done on the word of a token that nobody verified. */
function grant(token: VerifiedToken): string {
  return `${token.user.id} ${token.claims.sub} ${token.claims.exp} ${token.memberships[0]?.permissions.length ?? 0}`;
}

async function verified(jwt: string): Promise<string> {
  const token = await lr.verifyToken(jwt, { leewaySeconds: 30, account: 'org_sample123456' });
  if (token.result === 'error') return token.code satisfies ErrorCode;
  token.trusted satisfies true;
  token.account?.name satisfies string | undefined;
  grant(unwrap(await lr.verifyToken(jwt)));
  return grant(token);
}

function decoded(jwt: string): UntrustedToken | undefined {
  const token = lr.decodeToken(jwt);
  if (token.result === 'error') return undefined;
  token.claims['exp'] satisfies unknown;
  // @ts-expect-error What was only decoded proves nothing.
  grant(token);
  // @ts-expect-error Nor does it where an exception is preferred.
  grant(unwrap(lr.decodeToken(jwt)));
  // @ts-expect-error Claims that nobody checked may be anything.
  token.claims['exp'] satisfies number;
  return token;
}

async function landed(url: URL): Promise<SessionUser | undefined> {
  const { adoptRedirect } = lr.session;
  const back: AdoptResult = await adoptRedirect();
  if (back.result === 'error') {
    if (back.code === 'another_user') {
      await adoptRedirect(null, { switchUser: true, leewaySeconds: 30 });
      return back.user;
    }
    back.code satisfies Exclude<ErrorCode, 'another_user'>;
    // Who it is for is known of a good token alone.
    back.user satisfies undefined;
    return undefined;
  }
  if (back.adopted) back.url satisfies string | undefined;
  unwrap(await adoptRedirect(url)).adopted satisfies boolean;
  unwrap(await adoptRedirect(window.location)).adopted satisfies boolean;
  return undefined;
}

async function pages(redirectUri: URL): Promise<string[]> {
  const { open, loginUrl, signupUrl, profileUrl, accountsUrl, accountUrl, logoutUrl } = lr.hosted;
  await open('login', { redirectUri, prompt: 'login', account: '' });
  await open('account', { account: 'org_sample123456' });
  await open('logout');
  const every: (keyof HostedPages)[] = ['login', 'signup', 'profile', 'accounts', 'account', 'logout'];
  // @ts-expect-error An account is named.
  await open('account');
  // @ts-expect-error There is no such page.
  await open('settings');
  // @ts-expect-error The page that signs in takes no session.
  loginUrl({ session: 'kss_sample123456' });
  // @ts-expect-error It asks again, or it does not.
  loginUrl({ prompt: 'none' });
  // @ts-expect-error An account is named.
  accountUrl();
  return [
    ...every,
    loginUrl(),
    signupUrl({ invitation: 'nvt_sample123456', redirectUri: redirectUri.href }),
    profileUrl({ account: 'org_sample123456', session: 'kss_sample123456' }),
    accountsUrl({ force: true }),
    accountUrl('org_sample123456', { redirectUri }),
    logoutUrl(),
  ];
}

const code: TokenCode = 'invalid_signature';
code satisfies ErrorCode;
// @ts-expect-error There are three ways to verify.
new LoginRocket({ verify: true });
// @ts-expect-error A token is a text.
void lr.verifyToken(undefined);

export { decoded, landed, pages, verified };
