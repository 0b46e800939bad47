import { createAuthClient } from 'better-auth/client';

export async function open(service, isFirst) {
  const auth = createAuthClient({ baseURL: service });
  if (isFirst) await auth.signIn.email({ email: 'ada@example.com', password: 'sample' });
  const opened = await auth.getSession();
  return {
    // It asked when it opened.
    firstToken: async () => Boolean(opened.data?.session),
    ask: async () => {
      const { data, error } = await auth.getSession();
      return !error && Boolean(data?.session);
    },
    // The session is a cookie that scripts cannot touch.
    isKept: () => null,
  };
}
