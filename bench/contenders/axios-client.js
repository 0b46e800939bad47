import { LoginRocket } from '../peers/axios-client.js';

export async function open(service, isFirst) {
  const client = new LoginRocket({ url: service });
  if (isFirst)
    localStorage.session = (await client.login({ email: 'ada@example.com', password: 'sample' })).session;
  return {
    ask: async () => (await client.getSession({ session: localStorage.session })).result === 'full_login',
    // It keeps nothing, so it can lose nothing. The session is where the app put it.
    isKept: () => null,
  };
}
