import Keycloak from 'keycloak-js';

export async function open(service, isFirst) {
  const answer = await fetch(`${service}/oauth/token`, { method: 'POST' });
  const { access_token: token, refresh_token: refreshToken } = await answer.json();
  const keycloak = new Keycloak({ url: service, realm: 'app', clientId: 'app' });
  await keycloak.init({ token, refreshToken, checkLoginIframe: false });
  return {
    ask: async () => {
      await keycloak.updateToken(5);
      return Boolean(keycloak.token);
    },
    isKept: () => Boolean(keycloak.refreshToken),
  };
}
