import { User, UserManager, WebStorageStateStore } from 'oidc-client-ts';

export async function open(service, isFirst, now) {
  const manager = new UserManager({
    authority: service,
    client_id: 'app',
    redirect_uri: `${location.origin}/`,
    metadata: {
      issuer: service,
      authorization_endpoint: `${service}/oauth/authorize`,
      token_endpoint: `${service}/oauth/token`,
    },
    userStore: new WebStorageStateStore({ store: localStorage }),
  });
  if (isFirst) {
    await manager.storeUser(
      new User({
        access_token: 'sample',
        refresh_token: 'sample',
        token_type: 'Bearer',
        scope: 'openid',
        profile: { iss: service, sub: 'usr_sample123456', aud: 'app', iat: now, exp: now + 3600 },
        expires_at: now + 3600,
      }),
    );
  }
  // Loads the user as an app does when it starts. From then on it renews by itself.
  const user = await manager.getUser();
  return {
    firstToken: async () => Boolean((user.expired ? await manager.signinSilent() : user)?.access_token),
    ask: async () => Boolean((await manager.signinSilent())?.access_token),
    isKept: async () => Boolean((await manager.getUser())?.refresh_token),
  };
}
