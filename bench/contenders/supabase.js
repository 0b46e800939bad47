import { AuthClient } from '@supabase/auth-js';

export async function open(service, isFirst) {
  const auth = new AuthClient({
    url: service,
    storageKey: 'supabase',
    persistSession: true,
    autoRefreshToken: true,
  });
  if (isFirst) await auth.signInWithPassword({ email: 'ada@example.com', password: 'sample' });
  await auth.getSession();
  return {
    ask: async () => {
      const { data, error } = await auth.getSession();
      return !error && Boolean(data.session?.access_token);
    },
    isKept: () => Boolean(localStorage.supabase),
  };
}
