import { createAuthClient } from 'better-auth/client';

export async function open(service, isFirst) {
  const auth = createAuthClient({ baseURL: service });
  if (isFirst) await auth.signIn.email({ email: 'ada@example.com', password: 'sample' });
  await auth.getSession();
  return {
    ask: async () => {
      const { data, error } = await auth.getSession();
      return !error && Boolean(data?.session);
    },
    // The session is a cookie that scripts cannot touch.
    isKept: () => null,
  };
}
